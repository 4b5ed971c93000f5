"""Mails whose opens and clicks were recorded before there were tallies get theirs from the activities."""

from __future__ import annotations

from django.db import migrations

FILL = """
INSERT INTO drafts_deliverytally (delivery_id, opens, clicks, machine_opens, machine_clicks)
SELECT d.id,
       count(*) FILTER (WHERE a.type = 1),
       count(*) FILTER (WHERE a.type = 2),
       count(*) FILTER (WHERE a.type = 16),
       count(*) FILTER (WHERE a.type = 17)
FROM leads_activity a
JOIN drafts_delivery d ON d.id = a.delivery_id AND d.lead_id = a.lead_id
WHERE d.trackable AND a.type IN (1, 2, 16, 17)
GROUP BY d.id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0038_mail_templates"), ("leads", "0002_activity")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
