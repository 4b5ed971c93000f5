"""What waits for review gets its risk: the worst of the objections to its present text."""

from __future__ import annotations

from django.db import migrations

FILL = """
UPDATE drafts_draft AS draft
SET review_risk = COALESCE((
    SELECT max(CASE checked.layer WHEN 'law' THEN 5 WHEN 'moderation' THEN 5 WHEN 'input_filter' THEN 4
                                  WHEN 'rules' THEN 3 WHEN 'judge' THEN 2 ELSE 1 END)
    FROM drafts_check AS checked
    WHERE checked.draft_id = draft.id AND checked.text_hash = draft.text_hash AND checked.verdict <> 'pass'
), 1)
WHERE draft.state = 'in_review' AND draft.review_risk IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0031_escalation")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
