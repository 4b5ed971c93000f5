"""What comes back after a mail has left."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0032_review_risk"),
        ("salesdash", "0005_move_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="told by")),
                ("event_id", models.CharField(max_length=120, verbose_name="event")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "Replied"),
                            ("bounce", "Bounced"),
                            ("soft", "Not delivered for now"),
                            ("complaint", "Complained"),
                            ("opt_out", "Opted out"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("address", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mail_events",
                        to="drafts.delivery",
                        verbose_name="delivery",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_events",
                        to="salesdash.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a mail",
                "verbose_name_plural": "events of mails",
                "ordering": ["-received_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "soft")),
                        fields=["address", "occurred_at"],
                        name="mail_event_soft",
                    ),
                    models.Index(fields=["-received_at"], name="mail_event_received"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "source", "event_id"), name="mail_event_once", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
