"""The decisions of a period are found at once."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0021_rules_in_force"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="draftevent",
            index=models.Index(
                condition=models.Q(("from_state", "in_review")), fields=["at"], name="draft_event_decided"
            ),
        ),
    ]
