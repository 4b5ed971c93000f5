"""Texts that reviewers decided about, kept to try later rules on."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0039_past_tallies"),
        ("salesdash", "0007_mail_tracking"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegressionCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text_hash", models.CharField(max_length=64, unique=True)),
                ("unsafe", models.BooleanField(verbose_name="unsafe")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("line", models.JSONField(verbose_name="text with its context")),
                ("caught_by", models.JSONField(default=list, verbose_name="caught by")),
                ("added_by_name", models.CharField(max_length=200, verbose_name="added by")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("in_use", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="drafts.draft",
                        verbose_name="draft",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="salesdash.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "regression case",
                "verbose_name_plural": "regression cases",
                "ordering": ["-pk"],
            },
        ),
    ]
