-- Figures of the sales process and of what it earned, per team, day (of the team's zone) and origin.
-- Every mail is counted on the day it was sent, so that late answers change old days, never today's rate.
-- An answer without a delivery of its own belongs to the last mail before it within the team's window.
-- Parameters: team, zone, window in days, first day, day after the last.
WITH mail AS MATERIALIZED (
    SELECT d.id, d.lead_id, d.origin, d.trackable, d.sent_at, d.writing_seconds,
           (d.sent_at AT TIME ZONE %(zone)s)::date AS day,
           lead(d.sent_at) OVER (PARTITION BY d.lead_id ORDER BY d.sent_at, d.id) AS next_sent_at
    FROM drafts_delivery d
    WHERE d.team_id = %(team)s AND d.sent_at IS NOT NULL AND d.status IN ('sent', 'bounced')
      AND d.sent_at >= (%(first)s::date::timestamp AT TIME ZONE %(zone)s)
),
answered AS (
    SELECT m.id,
           bool_or(a.type = 1) AS opened,
           bool_or(a.type IN (1, 16)) AS opened_raw,
           bool_or(a.type = 2) AS clicked,
           bool_or(a.type IN (2, 17)) AS clicked_raw,
           bool_or(a.type = 3) AS replied,
           bool_or(a.type = 8) AS met
    FROM mail m
    JOIN leads_activity a ON a.lead_id = m.lead_id
     AND a.type IN (1, 2, 3, 8, 16, 17)
     AND a.occurred_at >= m.sent_at
     AND a.occurred_at < m.sent_at + make_interval(days => %(window)s)
     AND (a.delivery_id = m.id
          OR (a.delivery_id IS NULL AND a.type IN (3, 8)
              AND (m.next_sent_at IS NULL OR a.occurred_at < m.next_sent_at)))
    WHERE m.day < %(last)s
    GROUP BY m.id
),
converted AS (
    SELECT m.id, sum(d.gross_margin_jpy)::float8 AS margin
    FROM mail m
    JOIN leads_deal d ON d.lead_id = m.lead_id AND d.status = 'won'
     AND d.opened_at >= m.sent_at
     AND d.opened_at < m.sent_at + make_interval(days => %(window)s)
     AND (m.next_sent_at IS NULL OR d.opened_at < m.next_sent_at)
    WHERE m.day < %(last)s
    GROUP BY m.id
),
counted AS (
    SELECT m.day, s.segment,
           count(*)::float8 AS sent,
           count(*) FILTER (WHERE m.trackable)::float8 AS trackable,
           count(*) FILTER (WHERE m.trackable AND a.opened)::float8 AS opened,
           count(*) FILTER (WHERE m.trackable AND a.opened_raw)::float8 AS opened_raw,
           count(*) FILTER (WHERE m.trackable AND a.clicked)::float8 AS clicked,
           count(*) FILTER (WHERE m.trackable AND a.clicked_raw)::float8 AS clicked_raw,
           count(*) FILTER (WHERE a.replied)::float8 AS replied,
           count(*) FILTER (WHERE a.met)::float8 AS met,
           count(*) FILTER (WHERE c.id IS NOT NULL)::float8 AS converted,
           coalesce(sum(c.margin), 0) AS margin,
           coalesce(sum(m.writing_seconds), 0)::float8 AS writing,
           count(m.writing_seconds)::float8 AS timed
    FROM mail m
    LEFT JOIN answered a ON a.id = m.id
    LEFT JOIN converted c ON c.id = m.id
    CROSS JOIN LATERAL (VALUES (''), (m.origin)) AS s(segment)
    WHERE m.day >= %(first)s AND m.day < %(last)s
    GROUP BY m.day, s.segment
)
SELECT c.day, f.metric, c.segment, f.numerator, f.denominator
FROM counted c
CROSS JOIN LATERAL (VALUES
    ('sent', c.sent, 1::float8),
    ('open', c.opened, c.trackable),
    ('open_raw', c.opened_raw, c.trackable),
    ('click', c.clicked, c.trackable),
    ('click_raw', c.clicked_raw, c.trackable),
    ('reply', c.replied, c.sent),
    ('meeting', c.met, c.sent),
    ('conversion', c.converted, c.sent),
    ('gross_margin_jpy', c.margin, 1),
    ('writing_seconds', c.writing, c.timed)
) AS f(metric, numerator, denominator)
