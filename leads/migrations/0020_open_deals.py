"""What a lead's open deals come to is read from an index that holds nothing else."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("leads", "0019_taken_back")]

    operations = [
        AddIndexConcurrently(
            "deal",
            models.Index(
                fields=["lead"],
                include=["amount_jpy"],
                condition=models.Q(status="open"),
                name="deal_open_of_lead",
            ),
        ),
    ]
