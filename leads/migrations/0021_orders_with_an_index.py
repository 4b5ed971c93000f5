"""Indexes for the orders that every heading of the table offers."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce

from leads.models.score import FIRST
from leads.models.texts import first_filled


class Migration(migrations.Migration):
    # indexes on all leads are built beside the work on them
    atomic = False

    dependencies = [("leads", "0020_open_deals")]

    operations = [
        AddIndexConcurrently(
            "company", models.Index(first_filled("name_kana", "name_key"), name="company_by_name")
        ),
        AddIndexConcurrently(
            "lead",
            models.Index(
                first_filled("family_kana+given_kana", "family_name+given_name", "email"),
                models.F("id").desc(),
                name="lead_by_name",
            ),
        ),
        AddIndexConcurrently(
            "lead",
            models.Index(
                fields=["next_action_due_at"],
                condition=models.Q(next_action_due_at__isnull=False),
                name="lead_due",
            ),
        ),
        AddIndexConcurrently("lead", models.Index(fields=["stage"], name="lead_stage")),
        AddIndexConcurrently(
            "leadscore",
            models.Index(
                Coalesce("last_activity_at", models.Value(FIRST)).desc(),
                models.F("lead").desc(),
                name="score_activity",
            ),
        ),
    ]
