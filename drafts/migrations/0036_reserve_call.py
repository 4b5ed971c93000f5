"""A call to a model in two round trips, of which one waits for the disk: a draft makes four such calls."""

from __future__ import annotations

from django.db import migrations

# Volatile, so that each statement sees what was committed before it began: what waited for the row of a
# budget adds up what those before it have reserved. `found.state`: ok, lost (another job has the draft) or
# exhausted; only ok leaves a row in the ledger.
RESERVE = """
CREATE FUNCTION drafts_reserve_call(
    team bigint, draft bigint, version bigint, purpose text, provider text, model text,
    tokens_in integer, tokens_out integer, trace text, attempt uuid, own_server boolean, moment timestamptz,
    day date, warn_share numeric,
    OUT state text, OUT call bigint, OUT estimate numeric, OUT usd_in numeric, OUT usd_cached numeric,
    OUT usd_out numeric, OUT fx numeric, OUT budget bigint, OUT warns boolean
) LANGUAGE plpgsql AS $function$
DECLARE
    zone text;
    this_month date;
    began timestamptz;
    ended timestamptz;
    held drafts_budget%ROWTYPE;
    spent numeric;
BEGIN
    warns := false;
    IF attempt IS NOT NULL THEN
        UPDATE drafts_draft SET attempt_at = moment WHERE id = draft AND attempt_token = attempt;
        IF NOT FOUND THEN
            state := 'lost';
            RETURN;
        END IF;
    END IF;

    SELECT jpy_per_usd INTO fx FROM drafts_fxrate WHERE valid_from <= day ORDER BY valid_from DESC LIMIT 1;
    SELECT p.usd_per_million_in / 1000000, p.usd_per_million_cached / 1000000, p.usd_per_million_out / 1000000
    INTO usd_in, usd_cached, usd_out
    FROM drafts_modelprice p
    WHERE p.model = drafts_reserve_call.model AND p.valid_from <= day ORDER BY p.valid_from DESC LIMIT 1;
    IF NOT FOUND AND NOT own_server THEN
        -- no list names it: as dear as the dearest known
        SELECT p.usd_per_million_in / 1000000, p.usd_per_million_cached / 1000000,
               p.usd_per_million_out / 1000000
        INTO usd_in, usd_cached, usd_out
        FROM drafts_modelprice p ORDER BY p.usd_per_million_out DESC LIMIT 1;
    END IF;
    fx := coalesce(fx, 0);
    usd_in := coalesce(usd_in, 0);
    usd_cached := coalesce(usd_cached, 0);
    usd_out := coalesce(usd_out, 0);
    estimate := (usd_in * tokens_in + usd_out * tokens_out) * fx;

    IF estimate > 0 THEN
        SELECT t.time_zone INTO zone FROM salesdash_team t WHERE t.id = team;
        this_month := date_trunc('month', moment AT TIME ZONE zone)::date;
        SELECT * INTO held FROM drafts_budget b WHERE b.team_id = team AND b.month <= this_month
        ORDER BY b.month DESC LIMIT 1 FOR UPDATE;
        IF FOUND AND held.month < this_month THEN
            -- a limit that was set goes on until it is changed
            INSERT INTO drafts_budget (team_id, month, limit_jpy) VALUES (team, this_month, held.limit_jpy)
            ON CONFLICT (team_id, month) DO NOTHING;
            SELECT * INTO held FROM drafts_budget b WHERE b.team_id = team AND b.month = this_month FOR UPDATE;
        END IF;
        IF held.id IS NOT NULL THEN
            budget := held.id;
            began := this_month::timestamp AT TIME ZONE zone;
            ended := (this_month + interval '1 month') AT TIME ZONE zone;
            SELECT coalesce(sum(cost_jpy), 0)
                   + coalesce(sum(reserved_jpy) FILTER (WHERE outcome = 'reserved'), 0)
            INTO spent FROM drafts_llmcall WHERE team_id = team AND at >= began AND at < ended;
            IF spent + estimate > held.limit_jpy OR spent >= held.limit_jpy THEN
                state := 'exhausted';
                RETURN;
            END IF;
            warns := held.warned_at IS NULL AND spent + estimate >= held.limit_jpy * warn_share;
        END IF;
    END IF;

    INSERT INTO drafts_llmcall (
        at, team_id, draft_id, prompt_version_id, purpose, provider, model, tokens_in, tokens_out,
        tokens_cached, reserved_jpy, cost_usd, fx_jpy, cost_jpy, duration_ms, outcome, error_code, trace_id
    ) VALUES (
        moment, team, draft, version, purpose, provider, model, 0, 0, 0, estimate, 0, fx, 0, 0, 'reserved',
        '', trace
    ) RETURNING id INTO call;
    state := 'ok';
END
$function$
"""

# A condition that always holds, for a statement that is a transaction of its own: the server answers before
# the row has reached the disk. Nothing is reordered, for a later commit that waits takes all before it along.
# Only for what is done again, or errs on the safe side, if a crash of the server took it.
UNHURRIED = """
CREATE FUNCTION unhurried() RETURNS boolean LANGUAGE sql
AS $function$ SELECT set_config('synchronous_commit', 'off', true) = 'off' $function$
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0035_mailbox")]

    operations = [
        migrations.RunSQL(UNHURRIED, "DROP FUNCTION unhurried()"),
        migrations.RunSQL(
            RESERVE,
            "DROP FUNCTION drafts_reserve_call(bigint, bigint, bigint, text, text, text, integer, integer, text,"
            " uuid, boolean, timestamptz, date, numeric)",
        ),
    ]
