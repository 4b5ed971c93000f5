"""Outdated clearances are found at once, and a version of the rules that was in force stays as it was."""

from django.db import migrations, models

FROZEN = """
CREATE FUNCTION drafts_rules_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % of the safety rules was in force: its content cannot change', OLD.version
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_rules_frozen';
END $$;
CREATE TRIGGER published_rules_frozen BEFORE UPDATE ON drafts_safetyrules FOR EACH ROW
WHEN (
    OLD.status <> 'draft'
    AND (OLD.version, OLD.banned, OLD.allowed, OLD.url_hosts, OLD.promises)
        IS DISTINCT FROM (NEW.version, NEW.banned, NEW.allowed, NEW.url_hosts, NEW.promises)
)
EXECUTE FUNCTION drafts_rules_are_frozen();
"""
THAWED = """
DROP TRIGGER published_rules_frozen ON drafts_safetyrules;
DROP FUNCTION drafts_rules_are_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0020_safety_rules_2")]

    operations = [
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(
                condition=models.Q(("state__in", ["ready", "approved"])),
                fields=["rules_version", "id"],
                name="draft_rules_version",
            ),
        ),
        migrations.AddIndex(
            model_name="draftevent",
            index=models.Index(
                condition=models.Q(("from_state__in", ["ready", "approved"]), ("to_state", "checking")),
                fields=["at"],
                name="draft_event_recheck",
            ),
        ),
        migrations.RunSQL(FROZEN, THAWED),
    ]
