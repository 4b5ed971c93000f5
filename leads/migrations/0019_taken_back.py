"""Finished next actions that were taken back get their minus; a rebuild then sets sums and last activities right."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FORWARD = """
UPDATE leads_activity SET type = -type WHERE type = 19 AND source = 'task' AND properties @> '{"undone": true}'
"""
BACKWARD = """
UPDATE leads_activity SET type = -type, properties = properties || '{"undone": true}' WHERE type < 0
"""


def _rewrite(statement: str) -> Any:
    def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statement)
            rewritten = cursor.rowcount
        jobs = apps.get_model("leads", "ScoreJob").objects
        # a worker's next sweep finds the job
        if rewritten and not jobs.filter(state__in=("queued", "running")).exists():
            jobs.create(kind="rebuild", asked_by_name="system")

    return run


class Migration(migrations.Migration):
    dependencies = [("leads", "0018_lead_updated")]

    operations = [migrations.RunPython(_rewrite(FORWARD), _rewrite(BACKWARD))]
