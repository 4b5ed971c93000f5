"""One index that finds leads by the value of any imported attribute."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# A number stands at the place that the first three bytes of its binary form give, by 256 places together at one
# that the first two give; a day likewise, by months. What compares as less never stands behind.
CREATE = r"""
CREATE FUNCTION leads_number_place(value float8)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN value < 0 THEN -1 ELSE 0 END # (
        (get_byte(float8send(abs(value)), 0) << 16)
        + (get_byte(float8send(abs(value)), 1) << 8)
        + get_byte(float8send(abs(value)), 2));

-- equal terms are equal numbers; so are, rarely, different ones: what is found has to be compared itself
CREATE FUNCTION leads_term(name text, kind integer, value text)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    hashtextextended(value, hashtextextended(name, kind));

-- PL/pgSQL takes a third of the time of one statement for all; while PostgreSQL makes an index or analyses,
-- only a path of its own finds the functions
CREATE FUNCTION leads_terms(attributes jsonb)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 SET search_path FROM CURRENT AS $$
DECLARE
    terms bigint[] := '{}';
    name text;
    value text;
    is_wide boolean;
    number float8;
    place integer;
    digits text;
BEGIN
    IF jsonb_typeof(attributes) IS DISTINCT FROM 'object' THEN
        RETURN terms;
    END IF;
    FOR name, value IN SELECT entry.key, entry.value FROM jsonb_each_text(attributes) AS entry LOOP
        CONTINUE WHEN value IS NULL;
        -- most numbers: no day, and found as a text by their place
        IF value ~ '^[0-9]{1,15}$' THEN
            number := value::float8;
            place := leads_number_place(number);
            terms := terms || ARRAY[leads_term(name, 2, place::text), leads_term(name, 3, (place >> 8)::text)];
            CONTINUE;
        END IF;
        terms := terms || leads_term(name, 1, leads_key(value));
        is_wide := octet_length(value) > char_length(value);
        CONTINUE WHEN NOT is_wide AND value !~ '[0-9]';
        number := leads_number(value);
        IF number > '-infinity' THEN
            place := leads_number_place(number);
            terms := terms || ARRAY[leads_term(name, 2, place::text), leads_term(name, 3, (place >> 8)::text)];
        END IF;
        digits := translate(leads_day(value), '-', '');
        IF digits <> '' THEN
            terms := terms || ARRAY[leads_term(name, 4, digits), leads_term(name, 5, left(digits, 6))];
        END IF;
    END LOOP;
    RETURN terms;
END $$;

-- of triples name, kind, value; a text that is a number may be stored as the plain number
CREATE FUNCTION leads_terms_sought(triples jsonb)
RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT COALESCE(array_agg(leads_term(sought.name, sought.kind, sought.value)), '{}')
    FROM jsonb_array_elements(triples) AS written (triple)
    CROSS JOIN LATERAL (
        SELECT triple ->> 0, (triple ->> 1)::integer,
               CASE triple ->> 1 WHEN '1' THEN leads_key(triple ->> 2) ELSE triple ->> 2 END
        UNION ALL
        SELECT triple ->> 0, 2, leads_number_place(leads_number(triple ->> 2))::text
        WHERE triple ->> 1 = '1' AND leads_number(triple ->> 2) > '-infinity'
    ) AS sought (name, kind, value);
END;
"""
DROP = """
DROP FUNCTION leads_terms_sought(jsonb);
DROP FUNCTION leads_terms(jsonb);
DROP FUNCTION leads_term(text, integer, text);
DROP FUNCTION leads_number_place(float8);
"""


class Migration(migrations.Migration):
    # an index on all leads is built beside the work on them
    atomic = False

    dependencies = [("leads", "0026_notices_about_teams")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        AddIndexConcurrently(
            "lead",
            GinIndex(
                models.Func(
                    models.F("attributes"),
                    function="leads_terms",
                    output_field=ArrayField(models.BigIntegerField()),
                ),
                gin_pending_list_limit=512,
                name="lead_terms",
            ),
        ),
    ]
