import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0011_prompts_for_every_purpose"),
        ("leads", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromptTrial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sources_hash", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("attempt_token", models.UUIDField(editable=False, null=True)),
                ("attempt_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="drafts.promptversion",
                        verbose_name="prompt version",
                    ),
                ),
            ],
            options={
                "verbose_name": "prompt trial",
                "verbose_name_plural": "prompt trials",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="TrialResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "Passed"), ("flag", "To be checked"), ("error", "Could not check")],
                        max_length=5,
                        verbose_name="verdict",
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="body")),
                ("score", models.PositiveSmallIntegerField(null=True, verbose_name="judge's score")),
                (
                    "cost_jpy",
                    models.DecimalField(decimal_places=6, default=0, max_digits=14, verbose_name="cost, JPY"),
                ),
                ("error_code", models.CharField(blank=True, max_length=60, verbose_name="error")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done at")),
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
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="drafts.prompttrial",
                    ),
                ),
            ],
            options={
                "verbose_name": "result of a trial",
                "verbose_name_plural": "results of a trial",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="prompttrial",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["queued", "running"])),
                fields=("version",),
                name="one_trial_of_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="trialresult",
            constraint=models.UniqueConstraint(fields=("trial", "lead"), name="trial_result_once"),
        ),
    ]
