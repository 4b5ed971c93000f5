from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_rule_revision")]

    operations = [
        migrations.AddField(
            model_name="temperatureadjustment",
            name="request_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="temperatureadjustment",
            constraint=models.UniqueConstraint(fields=("lead", "request_id"), name="adjustment_request"),
        ),
    ]
