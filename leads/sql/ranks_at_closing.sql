-- The rank of each lead just before its outcome: the landmark is the moment of the outcome, only what happened
-- before it counts, and an adjustment by hand only if it had been made by then.
SELECT o.lead_id,
       leads_rank(t.acc, %(weights)s::float8[],
                  CASE WHEN ({excluded}) THEN 0::float8 ELSE power(2::float8, (({fit}) - 50) / 50::float8) END)
FROM unnest(%(lead_ids)s::bigint[], %(closed_at)s::timestamptz[]) AS o (lead_id, closed_at)
JOIN leads_lead l ON l.id = o.lead_id
JOIN leads_company c ON c.id = l.company_id
CROSS JOIN LATERAL (
    SELECT {slot_sums} AS acc
    FROM (
        SELECT type, leads_u(occurred_at, o.closed_at, %(half_life)s) AS u
        FROM leads_activity
        WHERE lead_id = o.lead_id AND type BETWEEN 1 AND 23 AND occurred_at < o.closed_at
        UNION ALL
        SELECT type, leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, o.closed_at, %(half_life)s)
        FROM leads_activity
        WHERE lead_id = o.lead_id AND type = 24 AND occurred_at < o.closed_at AND received_at < o.closed_at
    ) units
) t
