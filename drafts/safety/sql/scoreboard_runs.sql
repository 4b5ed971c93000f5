-- How often each layer worked, how long it took, how often it could not. A verdict that was taken over from
-- an equal check took no time (0 ms) and is not part of the delays.
-- Parameters: teams, layers, first day, last day.
SELECT c.layer,
       count(*) AS runs,
       count(*) FILTER (WHERE c.duration_ms = 0) AS reused,
       count(*) FILTER (WHERE c.verdict = 'error') AS errors,
       count(*) FILTER (WHERE c.verdict = 'error' AND c.reasons -> 0 ->> 'message' LIKE '%%: timeout') AS timeouts,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY c.duration_ms) FILTER (WHERE c.duration_ms > 0) AS p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY c.duration_ms) FILTER (WHERE c.duration_ms > 0) AS p95_ms
FROM drafts_check c
JOIN drafts_draft d ON d.id = c.draft_id
JOIN salesdash_team t ON t.id = d.team_id
WHERE c.layer = ANY(%(layers)s)
  AND c.at >= %(first)s::date - 1 AND c.at < %(last)s::date + 2
  AND t.id = ANY(%(teams)s)
  AND (c.at AT TIME ZONE t.time_zone)::date BETWEEN %(first)s AND %(last)s
GROUP BY c.layer
