"""Whoever opts out, by whatever door the news comes, is stopped with the address in the same transaction.

A trigger, because the doors are many (API, files, administration, webhooks, the mailbox) and none may forget.
Addresses are held in one spelling of their letters (NFKC): full-width ones are the same mailbox.
"""

from __future__ import annotations

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION drafts_plain_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email := btrim(normalize(NEW.email, NFKC));
    RETURN NEW;
END $$;
CREATE TRIGGER suppression_plain BEFORE INSERT ON drafts_suppression FOR EACH ROW
    EXECUTE FUNCTION drafts_plain_address();

CREATE FUNCTION drafts_stop_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- what holds the address back already stays as it is
    INSERT INTO drafts_suppression (team_id, email, reason, note, created_at, created_by_name)
    VALUES (NEW.team_id, NEW.email, 'opt_out', '', now(), 'salesdash') ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER opt_out_new AFTER INSERT ON leads_lead FOR EACH ROW
    WHEN (NEW.opted_out_at IS NOT NULL AND NEW.email <> '')
    EXECUTE FUNCTION drafts_stop_address();
-- another address of somebody who opted out is stopped as well; the former one stays stopped
CREATE TRIGGER opt_out_said AFTER UPDATE OF opted_out_at, email, team_id ON leads_lead FOR EACH ROW
    WHEN (
        NEW.opted_out_at IS NOT NULL AND NEW.email <> ''
        AND (OLD.opted_out_at, OLD.email, OLD.team_id)
            IS DISTINCT FROM (NEW.opted_out_at, NEW.email, NEW.team_id)
    )
    EXECUTE FUNCTION drafts_stop_address();

UPDATE drafts_suppression AS held SET email = btrim(normalize(held.email, NFKC))
WHERE held.email <> btrim(normalize(held.email, NFKC)) AND NOT EXISTS (
    SELECT FROM drafts_suppression AS other
    WHERE other.id <> held.id AND other.team_id IS NOT DISTINCT FROM held.team_id
        AND lower(btrim(normalize(other.email, NFKC))) = lower(btrim(normalize(held.email, NFKC)))
);
INSERT INTO drafts_suppression (team_id, email, reason, note, created_at, created_by_name)
SELECT team_id, email, 'opt_out', '', now(), 'salesdash' FROM leads_lead
WHERE opted_out_at IS NOT NULL AND email <> ''
ORDER BY id
ON CONFLICT DO NOTHING;
"""
# the rows stay: nobody is written to because the code went back
BACKWARD = """
DROP TRIGGER opt_out_said ON leads_lead;
DROP TRIGGER opt_out_new ON leads_lead;
DROP FUNCTION drafts_stop_address();
DROP TRIGGER suppression_plain ON drafts_suppression;
DROP FUNCTION drafts_plain_address();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0040_regression_cases"),
        ("leads", "0025_deal_steps"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField(
            model_name="mailevent",
            name="names_mail",
            field=models.BooleanField(default=False, verbose_name="names the mail"),
        ),
        migrations.AddField(
            model_name="mailevent",
            name="code",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="error"),
            preserve_default=False,
        ),
    ]
