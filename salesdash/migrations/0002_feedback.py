import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("salesdash", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.UUIDField(editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("rep", "Rep"),
                            ("reviewer", "Reviewer"),
                            ("manager", "Manager"),
                            ("admin", "Administrator"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("language", models.CharField(max_length=5, verbose_name="language")),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "Problem"), ("wish", "Wish"), ("praise", "Praise")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("message", models.TextField(verbose_name="message")),
                ("page", models.CharField(blank=True, max_length=300, verbose_name="about the page")),
                ("app_version", models.CharField(blank=True, max_length=40, verbose_name="version")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="feedback_by_user"),
                    models.Index(fields=["-created_at"], name="feedback_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "request_id"), name="feedback_once"),
                    models.CheckConstraint(
                        condition=models.Q(("message", ""), _negated=True), name="feedback_says_something"
                    ),
                ],
            },
        ),
    ]
