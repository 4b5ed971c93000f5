-- What a lead's activities add, by type and by the stretches of time between `edges`. An adjustment by hand
-- counts from when it was made until when it ended, as screens showed it; `number` counts those that stand.
SELECT type, sum(number)::integer, sum(u)::bigint, min(at), max(at)
FROM (
    SELECT type, occurred_at AS at, 1 AS number, leads_u(occurred_at, %(landmark)s, %(half_life)s) AS u
    FROM leads_activity
    WHERE lead_id = %(lead_id)s AND type BETWEEN 1 AND 23 AND occurred_at <= %(now)s
    UNION ALL
    SELECT type, received_at, CASE WHEN external_id LIKE '%%-end' THEN -1 ELSE 1 END,
           leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, %(landmark)s, %(half_life)s)
    FROM leads_activity
    WHERE lead_id = %(lead_id)s AND type = 24 AND received_at <= %(now)s
) units
GROUP BY type, width_bucket(at, %(edges)s::timestamptz[])
ORDER BY max(at)
