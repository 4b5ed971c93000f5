"""The functions that every writer and checker of accumulators shares: equal inputs, equal bits."""

from __future__ import annotations

from django.db import migrations

SLOTS = 24
_ADD = ", ".join(f"a[{n}] + b[{n}]" for n in range(1, SLOTS + 1))
_HEAT = " + ".join(f"acc[{n}] * weights[{n}]" for n in range(1, SLOTS + 1))

# `date_part` of an interval is immutable and float8, so that all of these are inlined by the planner.
# Below 2^-60 nothing is left after rounding; above 2^62 the cast to bigint refuses.
CREATE = f"""
CREATE FUNCTION leads_u(occurred_at timestamptz, landmark timestamptz, half_life_seconds float8)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    round(power(2::float8, GREATEST(
        16 + date_part('epoch', occurred_at - landmark) / half_life_seconds, -60)))::bigint;

CREATE FUNCTION leads_u_of_heat(heat float8, occurred_at timestamptz, landmark timestamptz, half_life_seconds float8)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    round(heat * power(2::float8, GREATEST(
        16 + date_part('epoch', occurred_at - landmark) / half_life_seconds, -60)))::bigint;

CREATE FUNCTION leads_rank(acc bigint[], weights float8[], fit_factor float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    COALESCE(NULLIF(GREATEST(fit_factor * ({_HEAT}), 0::float8), 0::float8), '-infinity'::float8);

CREATE FUNCTION leads_add(a bigint[], b bigint[])
RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ARRAY[{_ADD}];

-- The latest activity of a lead is the greatest key: microseconds and type in one number. What machines did
-- (16, 17) and adjustments by hand (24) have none.
CREATE FUNCTION leads_last_key(occurred_at timestamptz, type smallint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN type NOT IN (16, 17, 24) THEN
        round(date_part('epoch', occurred_at - '1970-01-01 00:00:00+00'::timestamptz) * 1000000)::bigint * 32 + type
    END;

CREATE FUNCTION leads_last_at(key bigint)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    '1970-01-01 00:00:00+00'::timestamptz + (key >> 5) * interval '1 microsecond';

CREATE FUNCTION leads_last_type(key bigint)
RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (key & 31)::smallint;

CREATE INDEX activity_manual ON leads_activity (lead_id) WHERE type = 24;
"""
DROP = """
DROP INDEX activity_manual;
DROP FUNCTION leads_last_type(bigint);
DROP FUNCTION leads_last_at(bigint);
DROP FUNCTION leads_last_key(timestamptz, smallint);
DROP FUNCTION leads_add(bigint[], bigint[]);
DROP FUNCTION leads_rank(bigint[], float8[], float8);
DROP FUNCTION leads_u_of_heat(float8, timestamptz, timestamptz, float8);
DROP FUNCTION leads_u(timestamptz, timestamptz, float8);
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_activity")]

    operations = [migrations.RunSQL(CREATE, DROP)]
