"""The primary key of the score table carries the rank: all temperatures come from an index half the size of any
that orders by it, read in the order of the rows. An update that moves the rank writes a new entry anyway.
"""

from __future__ import annotations

from django.db import migrations

KEY = """
ALTER TABLE leads_leadscore
    DROP CONSTRAINT leads_leadscore_pkey,
    ADD CONSTRAINT leads_leadscore_pkey PRIMARY KEY (lead_id){include};
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_adjustment_request")]

    operations = [
        migrations.RunSQL(KEY.format(include=" INCLUDE (rank)"), KEY.format(include="")),
    ]
