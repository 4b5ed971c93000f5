-- What each layer said about each text, what a reviewer decided then, counted in several ways at once.
-- A text is one wording of one draft. An error is no verdict; of several verdicts by one version of a layer
-- the newest counts. Caught by this layer alone: no other layer's newest verdict on the text is a flag.
-- Decided: what a person did next with a text that waited for them. Approved as it stood is one answer;
-- rejected, reworded or written anew the other. Days are those of the team's zone.
-- Parameters: teams, layers, first day, last day.
WITH spoken AS MATERIALIZED (
    SELECT DISTINCT ON (c.draft_id, c.text_hash, c.layer, c.layer_version)
           c.id, c.draft_id, c.text_hash, c.layer, c.layer_version, c.reasons,
           c.verdict = 'flag' AS flagged,
           (c.at AT TIME ZONE t.time_zone)::date AS day
    FROM drafts_check c
    JOIN drafts_draft d ON d.id = c.draft_id
    JOIN salesdash_team t ON t.id = d.team_id
    WHERE c.layer = ANY(%(layers)s)
      AND c.verdict <> 'error'
      -- wide enough for any zone, and what the index can use
      AND c.at >= %(first)s::date - 1 AND c.at < %(last)s::date + 2
      AND t.id = ANY(%(teams)s)
      AND (c.at AT TIME ZONE t.time_zone)::date BETWEEN %(first)s AND %(last)s
    ORDER BY c.draft_id, c.text_hash, c.layer, c.layer_version, c.id DESC
),
step AS (
    SELECT e.draft_id, e.at, e.id, e.to_state, e.details ->> 'text' AS text_hash,
           lead(e.to_state) OVER following AS next_state,
           lead(e.details) OVER following AS next_details
    FROM drafts_draftevent e
    WHERE e.draft_id IN (SELECT draft_id FROM spoken)
    WINDOW following AS (PARTITION BY e.draft_id ORDER BY e.at, e.id)
),
decided AS (
    SELECT DISTINCT ON (draft_id, text_hash) draft_id, text_hash, next_state = 'approved' AS approved
    FROM step
    WHERE to_state = 'in_review'
      AND (next_state IN ('approved', 'rejected', 'regenerating')
           -- a new wording; without one the same text was only sent through the checks again
           OR (next_state = 'checking' AND jsonb_exists(next_details, 'before')))
    ORDER BY draft_id, text_hash, at DESC, id DESC
),
ranked AS (
    SELECT s.*, d.approved,
           row_number() OVER (PARTITION BY s.draft_id, s.text_hash, s.layer ORDER BY s.id DESC) = 1 AS newest
    FROM spoken s
    LEFT JOIN decided d ON d.draft_id = s.draft_id AND d.text_hash = s.text_hash
),
judged AS MATERIALIZED (
    SELECT r.*,
           count(*) FILTER (WHERE flagged AND newest) OVER (PARTITION BY r.draft_id, r.text_hash) AS flags
    FROM ranked r
),
-- one row per text, as if all layers were one
whole AS (
    SELECT draft_id, text_hash, max(id) AS id, max(day) AS day, bool_or(flagged) AS flagged,
           bool_or(approved) AS approved
    FROM judged WHERE newest GROUP BY draft_id, text_hash
),
counted AS (
    SELECT 'layer' AS part, layer, '' AS key, NULL::date AS day, id, flagged, flags = 1 AS alone, approved
    FROM judged WHERE newest
    UNION ALL
    SELECT 'version', layer, layer_version, NULL, id, flagged, false, approved FROM judged
    UNION ALL
    SELECT 'day', layer, '', day, id, flagged, flags = 1, approved FROM judged WHERE newest
    UNION ALL
    SELECT 'reason', j.layer, reason.code, NULL, j.id, true, j.flags = 1, j.approved
    FROM judged j
    CROSS JOIN LATERAL (
        SELECT DISTINCT one ->> 'code' AS code FROM jsonb_array_elements(j.reasons) AS one
    ) AS reason
    WHERE j.newest AND j.flagged
    UNION ALL
    SELECT 'layer', '', '', NULL, id, flagged, false, approved FROM whole
    UNION ALL
    SELECT 'day', '', '', day, id, flagged, false, approved FROM whole
)
SELECT part, layer, key, day,
       count(*) AS texts,
       count(*) FILTER (WHERE flagged) AS caught,
       count(*) FILTER (WHERE flagged AND alone) AS alone,
       count(*) FILTER (WHERE flagged AND approved) AS overturned,
       count(*) FILTER (WHERE flagged AND NOT approved) AS upheld,
       count(*) FILTER (WHERE NOT flagged AND approved) AS passed_approved,
       count(*) FILTER (WHERE NOT flagged AND NOT approved) AS passed_refused,
       max(id) AS newest
FROM counted
GROUP BY part, layer, key, day
