"""A text of a few digits, as most numbers are, is read without a regular expression. No result changes."""

from __future__ import annotations

from django.db import migrations

BEFORE = """
CREATE OR REPLACE FUNCTION leads_number(value text)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN value ~ '^-?[0-9]{1,15}([.][0-9]{1,6})?$' THEN value::float8
         ELSE COALESCE(substring(
             translate(normalize(value, NFKC), '−,¥円% ' || chr(9), '-')
             FROM '^[+-]?[0-9]{1,15}(?:[.][0-9]{1,6})?$')::float8, '-infinity'::float8) END;
"""
AFTER = BEFORE.replace(
    "CASE WHEN",
    "CASE WHEN length(value) BETWEEN 1 AND 15 AND translate(value, '0123456789', '') = '' THEN value::float8\n"
    "         WHEN",
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0021_orders_with_an_index")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
