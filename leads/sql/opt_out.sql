-- the time of the first word counts; what is known already stays
UPDATE leads_lead AS lead
SET opted_out_at = said.at, updated_at = %(now)s
FROM (
    SELECT lead_id, min(at) AS at
    FROM unnest(%(lead_ids)s::bigint[], %(times)s::timestamptz[]) AS word(lead_id, at)
    GROUP BY lead_id
) AS said
WHERE lead.id = said.lead_id AND lead.opted_out_at IS NULL
