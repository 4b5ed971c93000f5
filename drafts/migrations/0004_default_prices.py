"""List prices and an exchange rate to start with; both are edited in the admin as they change."""

import datetime

from django.db import migrations

OPENAI = "OpenAI list price, standard tier, as published in 2026; check before relying on it"
LOCAL = "local server, nothing to pay"
FROM = datetime.date(2025, 1, 1)

# USD per million tokens: in, cached in, out
PRICES = [
    ("gpt-4.1", "2.00", "0.50", "8.00", OPENAI),
    ("gpt-4.1-mini", "0.40", "0.10", "1.60", OPENAI),
    ("gpt-4.1-nano", "0.10", "0.025", "0.40", OPENAI),
    ("gpt-4o", "2.50", "1.25", "10.00", OPENAI),
    ("gpt-4o-mini", "0.15", "0.075", "0.60", OPENAI),
    ("gpt-5", "1.25", "0.125", "10.00", OPENAI),
    ("gpt-5-mini", "0.25", "0.025", "2.00", OPENAI),
    ("gpt-5-nano", "0.05", "0.005", "0.40", OPENAI),
    ("omni-moderation-latest", "0", "0", "0", "OpenAI: the moderation endpoint is free of charge"),
    ("salesdash-dev-writer", "0", "0", "0", LOCAL),
    ("salesdash-dev-judge", "0", "0", "0", LOCAL),
]
JPY_PER_USD = "150"
FX_SOURCE = "Planning rate; replace it by the rate that your accounts use"


def add(apps, _schema_editor):
    price_model = apps.get_model("drafts", "ModelPrice")
    for model, price_in, price_cached, price_out, source in PRICES:
        price_model.objects.get_or_create(
            model=model,
            valid_from=FROM,
            defaults={
                "usd_per_million_in": price_in,
                "usd_per_million_cached": price_cached,
                "usd_per_million_out": price_out,
                "source": source,
            },
        )
    apps.get_model("drafts", "FxRate").objects.get_or_create(
        valid_from=FROM, defaults={"jpy_per_usd": JPY_PER_USD, "source": FX_SOURCE}
    )


class Migration(migrations.Migration):
    dependencies = [("drafts", "0003_default_safety_rules")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
