-- How each lead ended, once: its first closed deal, or without one its stage. `size` of them, the same at each
-- look; how many there are in all.
WITH closings AS (
    SELECT DISTINCT ON (lead_id) lead_id, won, closed_at
    FROM (
        SELECT lead_id, status = 'won' AS won, closed_at, 0 AS place
        FROM leads_deal WHERE status IN ('won', 'lost') AND closed_at <= %(now)s
        UNION ALL
        SELECT id, stage = 'won', stage_changed_at, 1 FROM leads_lead WHERE stage IN ('won', 'lost')
    ) endings
    ORDER BY lead_id, place, closed_at, won
)
SELECT lead_id, won, closed_at, count(*) OVER () FROM closings
ORDER BY hashint8extended(lead_id, %(seed)s), lead_id LIMIT %(size)s
