"""“Whenever it suits you” is a promise only where somebody may leave or cancel; mails that ask for a talk say it too.

The one pattern is corrected where it stands as shipped: it flags less, so nothing that was cleared is in doubt.
"""

from django.db import migrations

BEFORE = ("stop whenever it suits|leave the contract", "whenever (?:you|it) (?:like|suits)")
AFTER = (
    "leave the contract",
    r"(?:cancel|stop|leave|quit|terminate|end (?:it|the contract)|walk away|get out)\b.{0,40}"
    r"\bwhenever (?:you|it) (?:like|suits)",
)


def _replace(apps, old, new):
    for rules in apps.get_model("drafts", "SafetyRules").objects.filter(created_by_name="salesdash"):
        statements = [_replaced(one, old, new) for one in rules.statements]
        if statements != rules.statements:
            rules.statements = statements
            rules.save(update_fields=["statements"])


def _replaced(statement, old, new):
    about = statement.get("about") or ""
    if statement["language"] != "en" or not all(part in about for part in old):
        return statement
    for part, instead in zip(old, new, strict=True):
        about = about.replace(part, instead)
    return statement | {"about": about}


class Migration(migrations.Migration):
    dependencies = [("drafts", "0046_safety_rules_4")]
    operations = [
        migrations.RunPython(
            lambda apps, _editor: _replace(apps, BEFORE, AFTER),
            lambda apps, _editor: _replace(apps, AFTER, BEFORE),
        )
    ]
