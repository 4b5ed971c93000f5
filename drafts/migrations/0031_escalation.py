"""Escalation to a manager, items kept for one reviewer, and the risk by which the queue is sorted."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=label,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0022_rule_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="draft",
            options={
                "ordering": ["-created_at", "-id"],
                "permissions": [
                    ("request_draft", "Can request drafts"),
                    ("send_draft", "Can copy and send drafts"),
                    ("review_draft", "Can review drafts"),
                    ("decide_escalated", "Can decide about drafts escalated to them"),
                ],
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
            },
        ),
        migrations.AddField("draft", "escalated_by", _person("escalated by")),
        migrations.AddField(
            "draft",
            "escalated_at",
            models.DateTimeField(blank=True, null=True, verbose_name="escalated at"),
        ),
        migrations.AddField(
            "draft",
            "escalation_note",
            models.CharField(blank=True, default="", max_length=300, verbose_name="note on the escalation"),
            preserve_default=False,
        ),
        migrations.AddField("draft", "assigned_to", _person("assigned to")),
        migrations.AddField(
            "draft", "review_risk", models.PositiveSmallIntegerField(null=True, verbose_name="risk")
        ),
    ]
