import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0012_prompt_trials"),
        ("salesdash", "0005_move_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromptExample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "language",
                    models.CharField(
                        choices=[("ja", "Japanese"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="body")),
                ("edited", models.BooleanField(default=False, verbose_name="edited by a person")),
                ("tokens", models.PositiveIntegerField(verbose_name="tokens, at most")),
                ("in_use", models.BooleanField(default=True, verbose_name="in use")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="example",
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
                "verbose_name": "example for prompts",
                "verbose_name_plural": "examples for prompts",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("in_use", True)),
                        fields=["team", "language", "purpose", "-edited", "-id"],
                        name="prompt_example_choice",
                    )
                ],
            },
        ),
    ]
