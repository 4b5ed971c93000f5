-- Locks in lead order: two writers can wait for each other, never in a circle. The table lock that FOR UPDATE
-- takes first keeps a swap out until this transaction ends, so the epoch read here stays true.
SELECT s.lead_id, state.epoch
FROM leads_leadscore s, leads_scorestate state
WHERE s.lead_id = ANY(%(lead_ids)s::bigint[])
ORDER BY s.lead_id
FOR UPDATE OF s
