"""What a team has to do today is read from an index, whoever owns the leads."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0013_conditions")]

    operations = [
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["team", "next_action_due_at"],
                condition=models.Q(next_action_due_at__isnull=False),
                name="lead_team_action",
            ),
        ),
        migrations.AddIndex(
            "lead",
            models.Index(
                fields=["team", "recall_at"],
                condition=models.Q(recall_at__isnull=False),
                name="lead_team_recall",
            ),
        ),
    ]
