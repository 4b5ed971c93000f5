"""What makes a rebuild cost less: seconds without an interval, sums that stay bigint, an index without texts.

`tstzrange_subdiff` is the seconds between two times as float8, immutable like `date_part` and without the interval
and the search for a field's name. Casts to bigint round to the nearest. `sum(bigint)` answers in numeric, a
conversion for each slot of each lead; `leads_sum` refuses what overflows with the same SQLSTATE.

The last bits of units differ from those of before: 0011 asks for a rebuild.
"""

from __future__ import annotations

from django.db import migrations, models

from leads.models.hashed import HashedCharField, HashText
from leads.models.lead import Industry

UNITS = """
CREATE OR REPLACE FUNCTION leads_u(occurred_at timestamptz, landmark timestamptz, half_life_seconds float8)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    power(2::float8, GREATEST(16 + {seconds} / half_life_seconds, -60))::bigint;

CREATE OR REPLACE FUNCTION leads_u_of_heat(
    heat float8, occurred_at timestamptz, landmark timestamptz, half_life_seconds float8)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (heat * power(2::float8, GREATEST(16 + {seconds} / half_life_seconds, -60)))::bigint;
"""
# from 2020 on, so that seconds in float8 tell microseconds apart for a century
KEYS = """
CREATE OR REPLACE FUNCTION leads_last_key(occurred_at timestamptz, type smallint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN type < 16 OR type NOT IN (16, 17, 24) THEN
        (tstzrange_subdiff(occurred_at, '2020-01-01 00:00:00+00'::timestamptz) * 1000000)::bigint * 32 + type
    END;

CREATE OR REPLACE FUNCTION leads_last_at(key bigint)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    '2020-01-01 00:00:00+00'::timestamptz + (key >> 5) * interval '1 microsecond';
"""
OLD_KEYS = """
CREATE OR REPLACE FUNCTION leads_last_key(occurred_at timestamptz, type smallint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN type NOT IN (16, 17, 24) THEN
        round(date_part('epoch', occurred_at - '1970-01-01 00:00:00+00'::timestamptz) * 1000000)::bigint * 32 + type
    END;

CREATE OR REPLACE FUNCTION leads_last_at(key bigint)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    '1970-01-01 00:00:00+00'::timestamptz + (key >> 5) * interval '1 microsecond';
"""
SUM = """
CREATE AGGREGATE leads_sum(bigint)
    (SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);
"""
NEW = UNITS.format(seconds="tstzrange_subdiff(occurred_at, landmark)") + KEYS + SUM
OLD = (
    UNITS.format(seconds="date_part('epoch', occurred_at - landmark)")
    + OLD_KEYS
    + "DROP AGGREGATE leads_sum(bigint);"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_score_key")]

    operations = [
        migrations.RunSQL(NEW, OLD),
        migrations.RemoveIndex("leadscore", "score_industry_rank"),
        migrations.AlterField(
            "leadscore",
            "industry",
            HashedCharField(choices=Industry.choices, default="other", max_length=16),
        ),
        migrations.AlterField("leadscore", "region", HashedCharField(blank=True, max_length=40)),
        migrations.AddIndex(
            "leadscore",
            models.Index(
                HashText("industry"),
                HashText("region"),
                models.F("rank").desc(),
                models.F("fit").desc(),
                models.F("lead").desc(),
                name="score_industry_rank",
            ),
        ),
        # A new rank writes into every index anyway; what stays free in a page only keeps the row's next
        # version in it, and a sixth less of pages is read and written by each rebuild.
        migrations.RunSQL(
            "ALTER TABLE leads_leadscore SET (fillfactor = 85)",
            "ALTER TABLE leads_leadscore SET (fillfactor = 70)",
        ),
    ]
