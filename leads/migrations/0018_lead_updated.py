"""What has changed since a moment is read from an index, in the order of the changes."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # an index on all leads is built beside the work on them
    atomic = False
    dependencies = [("leads", "0017_lead_exports")]

    operations = [
        AddIndexConcurrently("lead", models.Index(fields=["updated_at", "id", "team"], name="lead_updated")),
    ]
