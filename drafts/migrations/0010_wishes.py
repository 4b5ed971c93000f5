import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0005_review_item"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="based_on",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="drafts.draft",
                verbose_name="based on",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="keigo",
            field=models.CharField(
                choices=[("plain", "Plain"), ("standard", "Usual"), ("formal", "Most formal")],
                default="standard",
                max_length=8,
                verbose_name="level of keigo",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="length",
            field=models.CharField(
                choices=[("short", "Short"), ("normal", "Normal"), ("long", "Detailed")],
                default="normal",
                max_length=8,
                verbose_name="length",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="revision",
            field=models.CharField(
                blank=True,
                choices=[("variant", "Another variant"), ("shorter", "Shorter"), ("softer", "Softer")],
                max_length=8,
                verbose_name="revision",
            ),
        ),
        migrations.AlterField(
            model_name="draft",
            name="tone",
            field=models.CharField(
                choices=[("polite", "Courteous"), ("friendly", "Friendly")],
                default="polite",
                max_length=12,
                verbose_name="tone",
            ),
        ),
    ]
