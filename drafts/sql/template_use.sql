-- What became of sent mails by what they were begun with: a template, nothing (by hand), the model. Answers are
-- attributed as in the KPIs: to their own mail, else to the last mail before them within the team's window.
-- Parameters: teams, since.
WITH mail AS MATERIALIZED (
    SELECT delivery.id, delivery.lead_id, delivery.origin, delivery.trackable, delivery.sent_at,
           draft.mail_template_id, make_interval(days => team.attribution_days) AS span,
           lead(delivery.sent_at) OVER (PARTITION BY delivery.lead_id ORDER BY delivery.sent_at, delivery.id)
               AS next_sent_at
    FROM drafts_delivery AS delivery
    JOIN drafts_draft AS draft ON draft.id = delivery.draft_id
    JOIN salesdash_team AS team ON team.id = delivery.team_id
    WHERE delivery.team_id = ANY(%(teams)s) AND delivery.status IN ('sent', 'bounced')
      AND delivery.sent_at >= %(since)s
),
answered AS (
    SELECT mail.id, bool_or(activity.type = 1) AS opened, bool_or(activity.type = 3) AS replied
    FROM mail
    JOIN leads_activity AS activity ON activity.lead_id = mail.lead_id AND activity.type IN (1, 3)
     AND activity.occurred_at >= mail.sent_at AND activity.occurred_at < mail.sent_at + mail.span
     AND (activity.delivery_id = mail.id
          OR (activity.delivery_id IS NULL AND activity.type = 3
              AND (mail.next_sent_at IS NULL OR activity.occurred_at < mail.next_sent_at)))
    GROUP BY mail.id
)
SELECT mail.origin, mail.mail_template_id, count(*) AS sent,
       count(*) FILTER (WHERE mail.trackable) AS trackable,
       count(*) FILTER (WHERE mail.trackable AND answered.opened) AS opened,
       count(*) FILTER (WHERE answered.replied) AS replied
FROM mail
LEFT JOIN answered ON answered.id = mail.id
GROUP BY mail.origin, mail.mail_template_id
