"""One more kind of notification: a draft that was given to somebody to decide about."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0022_plain_numbers_first")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hot", "A lead of mine became hot"),
                    ("reply", "A lead of mine replied"),
                    ("draft_ready", "A draft I asked for is ready"),
                    ("draft_stopped", "A draft I asked for was stopped by a check"),
                    ("draft_decided", "A reviewer decided about my draft"),
                    ("review", "A draft was given to me to decide about"),
                    ("recall", "A call is to be returned"),
                    ("action", "A next action is due"),
                    ("assigned", "A lead was given to me"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        )
    ]
