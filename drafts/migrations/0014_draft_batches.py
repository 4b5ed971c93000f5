import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0013_prompt_examples"),
        ("leads", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "team_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
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
                (
                    "tone",
                    models.CharField(
                        choices=[("polite", "Courteous"), ("friendly", "Friendly")],
                        default="polite",
                        max_length=12,
                        verbose_name="tone",
                    ),
                ),
                (
                    "length",
                    models.CharField(
                        choices=[("short", "Short"), ("normal", "Normal"), ("long", "Detailed")],
                        default="normal",
                        max_length=8,
                        verbose_name="length",
                    ),
                ),
                (
                    "keigo",
                    models.CharField(
                        choices=[("plain", "Plain"), ("standard", "Usual"), ("formal", "Most formal")],
                        default="standard",
                        max_length=8,
                        verbose_name="level of keigo",
                    ),
                ),
                ("instruction", models.CharField(blank=True, max_length=300, verbose_name="instruction")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("stopped_by", models.CharField(blank=True, max_length=60, verbose_name="stopped by")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="leads")),
                ("attempt_token", models.UUIDField(editable=False, null=True)),
                ("attempt_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft_batches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of drafts",
                "verbose_name_plural": "batches of drafts",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("drafted", "Draft requested"),
                            ("skipped", "Skipped"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                (
                    "draft",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="batch_item",
                        to="drafts.draft",
                        verbose_name="draft",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="drafts.draftbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "lead of a batch",
                "verbose_name_plural": "leads of a batch",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="draftbatch",
            index=models.Index(fields=["status", "attempt_at"], name="draft_batch_status"),
        ),
        migrations.AddIndex(
            model_name="draftbatch",
            index=models.Index(fields=["author", "-id"], name="draft_batch_author"),
        ),
        migrations.AddIndex(
            model_name="batchitem",
            index=models.Index(fields=["batch", "state", "id"], name="batch_item_state"),
        ),
        migrations.AddConstraint(
            model_name="batchitem",
            constraint=models.UniqueConstraint(fields=("batch", "lead"), name="batch_item_once"),
        ),
    ]
