"""Temperatures that stand already are rebuilt: a worker's next sweep finds the job."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def ask_for_rebuild(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("leads", "ScoreJob").objects
    has_scores = apps.get_model("leads", "LeadScore").objects.exists()
    if has_scores and not jobs.filter(state__in=("queued", "running")).exists():
        jobs.create(kind="rebuild", asked_by_name="system")


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_leaner_rebuilds")]

    operations = [migrations.RunPython(ask_for_rebuild, migrations.RunPython.noop)]
