-- The activities of a lead that weigh most now; an adjustment by hand and its end are one, and then nothing.
SELECT type, occurred_at, u, (%(weights)s::float8[])[type] * u AS contribution
FROM (
    SELECT type, occurred_at, leads_u(occurred_at, %(landmark)s, %(half_life)s) AS u
    FROM leads_activity
    WHERE lead_id = %(lead_id)s AND type BETWEEN 1 AND 23 AND occurred_at <= %(now)s
    UNION ALL
    SELECT type, occurred_at,
           sum(leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, %(landmark)s, %(half_life)s))::bigint
    FROM leads_activity
    WHERE lead_id = %(lead_id)s AND type = 24 AND received_at <= %(now)s
    GROUP BY type, occurred_at, regexp_replace(external_id, '-end$', '')
) units
WHERE (%(weights)s::float8[])[type] * u <> 0
ORDER BY abs((%(weights)s::float8[])[type] * u) DESC, occurred_at DESC
LIMIT %(limit)s
