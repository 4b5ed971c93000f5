-- Figures of the machinery, per team and day (of the team's zone).
-- Parameters: team, zone, first day, day after the last.
WITH span AS (
    SELECT %(first)s::date::timestamp AT TIME ZONE %(zone)s AS since,
           %(last)s::date::timestamp AT TIME ZONE %(zone)s AS until
),
call AS (
    SELECT (c.at AT TIME ZONE %(zone)s)::date AS day, c.purpose, c.outcome, c.duration_ms, c.cost_jpy
    FROM drafts_llmcall c, span
    WHERE c.team_id = %(team)s AND c.at >= span.since AND c.at < span.until AND c.outcome <> 'reserved'
),
ack AS (
    SELECT (a.at AT TIME ZONE %(zone)s)::date AS day, a.delay_ms, a.inference_ms
    FROM salesdash_frameack a, span
    WHERE a.team_id = %(team)s AND a.at >= span.since AND a.at < span.until
),
draft AS (
    SELECT (d.created_at AT TIME ZONE %(zone)s)::date AS day, d.state, d.generation_ms, d.entered_review_at
    FROM drafts_draft d, span
    WHERE d.team_id = %(team)s AND d.origin = 'generated' AND d.created_at >= span.since AND d.created_at < span.until
)
SELECT day, 'ai_cost_jpy' AS metric, '' AS segment, sum(cost_jpy)::float8 AS numerator, 1::float8 AS denominator
FROM call GROUP BY day
UNION ALL
SELECT day, 'llm_error', '', count(*) FILTER (WHERE outcome = 'failed')::float8, count(*)::float8 FROM call GROUP BY day
UNION ALL
SELECT day, 'cache_hit', '', count(*) FILTER (WHERE outcome = 'cached')::float8, count(*)::float8
FROM call WHERE purpose = 'generation' GROUP BY day
UNION ALL
SELECT day, 'inference_ms', '', sum(generation_ms)::float8, count(generation_ms)::float8
FROM draft WHERE generation_ms IS NOT NULL GROUP BY day
UNION ALL
SELECT day, 'review_share', '', count(entered_review_at)::float8, count(*)::float8 FROM draft GROUP BY day
UNION ALL
SELECT day, 'delivery_delay_ms', '', sum(delay_ms)::float8, count(*)::float8 FROM ack GROUP BY day
UNION ALL
SELECT day, 'delay_over_1s_when_slow', '', count(*) FILTER (WHERE delay_ms > 1000)::float8, count(*)::float8
FROM ack WHERE inference_ms >= 800 GROUP BY day
