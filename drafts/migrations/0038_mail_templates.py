"""Templates for hand-written mail, and which of them a draft was begun with."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0037_tracking"),
        ("salesdash", "0007_mail_tracking"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("ja", "Japanese"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("ice_breaker", "Ice-breaker"),
                            ("follow_up", "Follow-up"),
                            ("thank_you", "Thank-you"),
                            ("reactivation", "Re-activation"),
                            ("meeting_request", "Meeting request"),
                        ],
                        max_length=16,
                        verbose_name="purpose",
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="body")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("deleted_at", models.DateTimeField(editable=False, null=True, verbose_name="deleted at")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_templates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose it is",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_templates",
                        to="salesdash.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail template",
                "verbose_name_plural": "mail templates",
                "ordering": ["language", "purpose", "name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="draft",
            name="mail_template",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="drafts",
                to="drafts.mailtemplate",
                verbose_name="mail template",
            ),
        ),
        migrations.AddIndex(
            model_name="mailtemplate",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["team", "language", "purpose"],
                name="mail_template_team",
            ),
        ),
    ]
