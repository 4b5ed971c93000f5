from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_score_job")]

    operations = [
        migrations.AddField("ruleset", "revision", models.PositiveIntegerField(default=1, editable=False)),
    ]
