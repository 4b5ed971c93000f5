-- Inserts what is new and adds it to the accumulators. The score rows are locked already, so no other writer
-- inserts for these leads meanwhile. `rising` holds the ranks from which a lead is cool, mild, warm, hot now.
-- Yields one row per changed lead, and one with the key of each inserted activity.
-- No join of ids, as in ensure_scores; the place of a row stays while it is locked.
WITH fresh AS (
    INSERT INTO leads_activity
        (lead_id, source, external_id, type, occurred_at, received_at, properties, delivery_id, actor_id)
    SELECT lead_id, source, external_id, type, occurred_at, %(received_at)s, properties::jsonb, delivery_id, actor_id
    FROM {incoming}
    ON CONFLICT DO NOTHING
    RETURNING lead_id, source, external_id, type, occurred_at,
        CASE WHEN type = 24
            THEN leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, %(landmark)s, %(half_life)s)
            ELSE leads_u(occurred_at, %(landmark)s, %(half_life)s)
        END AS u
), delta AS MATERIALIZED (
    SELECT lead_id, {slot_sums} AS acc, max(leads_last_key(occurred_at, type)) AS last_key
    FROM fresh
    GROUP BY lead_id
), added AS MATERIALIZED (
    SELECT s.ctid AS place, s.announced_band AS band_before, s.fit_factor, leads_add(s.acc, d.acc) AS acc,
           GREATEST(leads_last_key(s.last_activity_at, s.last_activity_type), d.last_key) AS last_key
    FROM delta d, LATERAL (SELECT s.*, s.ctid FROM leads_leadscore s WHERE s.lead_id = d.lead_id LIMIT 1) s
), ranked AS MATERIALIZED (
    -- a step of its own: written into the update twice, it would be planned and computed twice
    SELECT place, band_before, acc, last_key, leads_rank(acc, %(weights)s::float8[], fit_factor) AS rank FROM added
), changed AS (
    UPDATE leads_leadscore s SET
        acc = r.acc,
        rank = r.rank,
        announced_band = GREATEST(s.announced_band, width_bucket(r.rank, %(rising)s::float8[])),
        last_activity_at = leads_last_at(r.last_key),
        last_activity_type = leads_last_type(r.last_key),
        changed_at = clock_timestamp()
    FROM ranked r
    WHERE s.ctid = r.place
    RETURNING s.lead_id, s.team_id, s.rank, r.band_before, s.announced_band
)
SELECT lead_id, NULL, NULL, team_id, rank, band_before, announced_band FROM changed
UNION ALL
SELECT lead_id, source, external_id, NULL, NULL, NULL, NULL FROM fresh
