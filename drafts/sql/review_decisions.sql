-- What persons did with texts that waited for them, in a period of days of the team's zone. An edit is told from
-- a text that was only sent through the checks again, which decides nothing, by the wording it names.
-- Parameters: teams, first day, last day.
SELECT event.actor_id, event.actor_name,
       CASE WHEN event.to_state = 'checking' THEN 'edited' ELSE event.to_state END AS outcome,
       event.at, entered.at AS entered_at,
       (event.details ->> 'share')::float8 AS share,
       COALESCE(event.details ->> 'code', '') AS code,
       draft.team_id, judge.passed AS judge_passed
FROM drafts_draftevent AS event
JOIN drafts_draft AS draft ON draft.id = event.draft_id
JOIN salesdash_team AS team ON team.id = draft.team_id
CROSS JOIN LATERAL (
    SELECT before.at
    FROM drafts_draftevent AS before
    WHERE before.draft_id = event.draft_id AND before.to_state = 'in_review'
      AND (before.at, before.id) < (event.at, event.id)
    ORDER BY before.at DESC, before.id DESC
    LIMIT 1
) AS entered
-- what the judge had said of the text when it was decided about; null if it could not say
LEFT JOIN LATERAL (
    SELECT CASE said.verdict WHEN 'pass' THEN true WHEN 'flag' THEN false END AS passed
    FROM drafts_check AS said
    WHERE said.draft_id = event.draft_id AND said.layer = 'judge' AND said.at <= event.at
      AND said.text_hash = COALESCE(event.details ->> 'text', event.details ->> 'before')
    ORDER BY said.at DESC, said.id DESC
    LIMIT 1
) AS judge ON true
WHERE event.from_state = 'in_review'
  AND (event.to_state IN ('approved', 'rejected', 'regenerating')
       OR (event.to_state = 'checking' AND jsonb_exists(event.details, 'before')))
  AND draft.team_id = ANY(%(teams)s)
  -- wide enough for any zone, and what the index can use
  AND event.at >= %(first)s::date - 1 AND event.at < %(last)s::date + 2
  AND (event.at AT TIME ZONE team.time_zone)::date BETWEEN %(first)s AND %(last)s
ORDER BY event.at, event.id
