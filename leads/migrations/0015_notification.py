"""What a person should hear of."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0014_team_due"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hot", "A lead of mine became hot"),
                            ("reply", "A lead of mine replied"),
                            ("draft_ready", "A draft I asked for is ready"),
                            ("draft_stopped", "A draft I asked for was stopped by a check"),
                            ("draft_decided", "A reviewer decided about my draft"),
                            ("recall", "A call is to be returned"),
                            ("action", "A next action is due"),
                            ("assigned", "A lead was given to me"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=240)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
                ("details", models.JSONField(default=dict, verbose_name="details")),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={"verbose_name": "notification", "verbose_name_plural": "notifications"},
        ),
        migrations.AddConstraint(
            "notification",
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
        ),
        migrations.AddIndex(
            "notification", models.Index(fields=["user", "-at"], name="notification_user_at")
        ),
        migrations.AddIndex(
            "notification",
            models.Index(
                condition=models.Q(read_at__isnull=True), fields=["user"], name="notification_unread"
            ),
        ),
        migrations.AddIndex("notification", models.Index(fields=["at"], name="notification_at")),
    ]
