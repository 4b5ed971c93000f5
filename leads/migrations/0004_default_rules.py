"""Version 1 of the temperature rules, published; the landmark is the moment of installation."""

from __future__ import annotations

from django.db import migrations
from django.utils import timezone

WEIGHTS = {
    "meeting_booked": 20,
    "email_reply": 14,
    "meeting_held": 12,
    "document_request": 10,
    "form_submit": 9,
    "webinar": 7,
    "pricing_view": 6,
    "call_connected": 5,
    "email_click": 3,
    "call_back": 2,
    "email_open": 1,
    "page_view": 1,
    "call_absent": 0,
    "email_sent": 0,
    "email_open_machine": 0,
    "email_click_machine": 0,
    "email_bounce": -4,
    "opt_out": -60,
}
BANDS = {"hot": 80, "warm": 60, "mild": 40, "cool": 20}
DECIDERS = [
    "代表",
    "取締役",
    "社長",
    "執行役員",
    "部長",
    "本部長",
    "ceo",
    "coo",
    "cto",
    "cfo",
    "director",
    "head of",
]
FREE_MAIL = [
    "@gmail.com",
    "@yahoo.co.jp",
    "@outlook.",
    "@hotmail.",
    "@icloud.com",
    "@ezweb.ne.jp",
    "@docomo.ne.jp",
]
FIT_RULES = [
    {"field": "company.employees", "op": "range", "value": [50, 999], "points": 15},
    {"field": "company.employees", "op": "range", "value": [1000, None], "points": 10},
    {"field": "company.employees", "op": "range", "value": [0, 9], "points": -15},
    {
        "field": "company.industry",
        "op": "in",
        "value": ["manufacturing", "software", "logistics", "retail"],
        "points": 10,
    },
    {"field": "company.industry", "op": "in", "value": ["public", "education"], "points": -5},
    {"field": "lead.title", "op": "contains", "value": DECIDERS, "points": 15},
    {"field": "lead.title", "op": "contains", "value": ["課長", "マネージャー", "manager"], "points": 8},
    {"field": "lead.email", "op": "contains", "value": FREE_MAIL, "points": -20},
    {"field": "lead.email", "op": "exists", "value": False, "points": -10},
]
EXCLUDE_RULES = [
    {"field": "lead.do_not_contact", "op": "equals", "value": "true", "reason": "do_not_contact"},
]


def publish(apps, schema_editor):
    rule_set = apps.get_model("leads", "RuleSet").objects.create(
        version=1,
        status="published",
        half_life_hours=168.0,
        scale_heat=12.0,
        weights=WEIGHTS,
        bands=BANDS,
        fit_rules=FIT_RULES,
        exclude_rules=EXCLUDE_RULES,
        published_at=timezone.now(),
        published_by_name="system",
    )
    apps.get_model("leads", "ScoreState").objects.create(
        id=1, rules=rule_set, landmark=timezone.now(), epoch=1
    )


def retract(apps, schema_editor):
    apps.get_model("leads", "ScoreState").objects.all().delete()
    apps.get_model("leads", "RuleSet").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_temperature_functions")]

    operations = [migrations.RunPython(publish, retract)]
