-- What each activity adds, by the same functions as at ingest. Two scans, because the first is index-only.
SELECT lead_id, type, occurred_at, leads_u(occurred_at, %(landmark)s, %(half_life)s) AS u
FROM leads_activity
WHERE type BETWEEN 1 AND 23 AND {which}
UNION ALL
SELECT lead_id, type, occurred_at,
       leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, %(landmark)s, %(half_life)s)
FROM leads_activity
WHERE type = 24 AND {which}
