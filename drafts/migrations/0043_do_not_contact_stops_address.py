"""A lead that is marked “do not contact” stops its address for as long as the mark stands.

A trigger, as for opt-outs (0041): files, pages, API and administration set the mark. It holds the address by a
row of its own, so that lifting it frees nothing that somebody else holds back.
"""

from __future__ import annotations

import django.db.models.functions
from django.db import migrations, models

FORWARD = """
-- of the few marked ones, in the spelling in which addresses are held
CREATE INDEX lead_no_contact ON leads_lead (team_id, lower(btrim(normalize(email, NFKC)))) WHERE do_not_contact;

CREATE FUNCTION drafts_bar_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO drafts_suppression (team_id, email, reason, note, created_at, created_by_name)
    VALUES (NEW.team_id, NEW.email, 'no_contact', 'lead ' || NEW.id, now(), 'salesdash') ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION drafts_free_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- with addresses that the person had while the mark stood; not what another marked lead has
    DELETE FROM drafts_suppression AS held
    WHERE held.reason = 'no_contact'
        AND (
            held.note = 'lead ' || OLD.id
            OR held.team_id = OLD.team_id AND lower(held.email) = lower(btrim(normalize(OLD.email, NFKC)))
        )
        AND NOT EXISTS (
            SELECT FROM leads_lead AS other
            WHERE other.do_not_contact AND other.team_id = held.team_id
                AND lower(btrim(normalize(other.email, NFKC))) = lower(held.email)
        );
    RETURN NULL;
END $$;
CREATE TRIGGER no_contact_new AFTER INSERT ON leads_lead FOR EACH ROW
    WHEN (NEW.do_not_contact AND NEW.email <> '')
    EXECUTE FUNCTION drafts_bar_address();
-- another address of theirs is stopped as well; the former one stays stopped
CREATE TRIGGER no_contact_said AFTER UPDATE OF do_not_contact, email, team_id ON leads_lead FOR EACH ROW
    WHEN (
        NEW.do_not_contact AND NEW.email <> ''
        AND (OLD.do_not_contact, OLD.email, OLD.team_id)
            IS DISTINCT FROM (NEW.do_not_contact, NEW.email, NEW.team_id)
    )
    EXECUTE FUNCTION drafts_bar_address();
CREATE TRIGGER no_contact_lifted AFTER UPDATE OF do_not_contact ON leads_lead FOR EACH ROW
    WHEN (OLD.do_not_contact AND NOT NEW.do_not_contact)
    EXECUTE FUNCTION drafts_free_address();

INSERT INTO drafts_suppression (team_id, email, reason, note, created_at, created_by_name)
SELECT team_id, email, 'no_contact', 'lead ' || id, now(), 'salesdash' FROM leads_lead
WHERE do_not_contact AND email <> ''
ORDER BY id
ON CONFLICT DO NOTHING;
"""
# the addresses stay stopped, each by one row as before
BACKWARD = """
DROP TRIGGER no_contact_lifted ON leads_lead;
DROP TRIGGER no_contact_said ON leads_lead;
DROP TRIGGER no_contact_new ON leads_lead;
DROP FUNCTION drafts_free_address();
DROP FUNCTION drafts_bar_address();
DROP INDEX lead_no_contact;

DELETE FROM drafts_suppression AS mark USING drafts_suppression AS held
WHERE mark.reason = 'no_contact' AND held.reason <> 'no_contact'
    AND held.team_id IS NOT DISTINCT FROM mark.team_id AND lower(held.email) = lower(mark.email);
UPDATE drafts_suppression SET reason = 'manual' WHERE reason = 'no_contact';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0042_asks_to_stop"),
        ("leads", "0025_deal_steps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(
                choices=[
                    ("opt_out", "Opted out"),
                    ("bounce", "Bounced"),
                    ("complaint", "Complained"),
                    ("manual", "Added by hand"),
                    ("no_contact", "Lead marked “do not contact”"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
        migrations.RemoveConstraint(model_name="suppression", name="suppression_once"),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                models.F("team"),
                django.db.models.functions.Lower("email"),
                models.ExpressionWrapper(
                    models.Q(("reason", "no_contact")), output_field=models.BooleanField()
                ),
                name="suppression_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
