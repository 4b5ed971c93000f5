-- Activities that turn out not to have happened: a minus before the type is no slot and no last activity. What they
-- added is subtracted to the bit, the last activity is looked for anew. The score rows are locked already.
-- Yields one row per changed lead.
WITH gone AS (
    UPDATE leads_activity a SET type = -a.type
    FROM unnest(%(lead_ids)s::bigint[], %(sources)s::text[], %(external_ids)s::text[])
        AS named (lead_id, source, external_id)
    WHERE a.lead_id = named.lead_id AND a.source = named.source AND a.external_id = named.external_id
      AND a.type BETWEEN 1 AND 23
    RETURNING a.lead_id, a.source, a.external_id, -a.type AS type,
              -leads_u(a.occurred_at, %(landmark)s, %(half_life)s) AS u
), delta AS MATERIALIZED (
    SELECT lead_id, {slot_sums} AS acc FROM gone GROUP BY lead_id
), subtracted AS MATERIALIZED (
    SELECT s.ctid AS place, s.fit_factor, leads_add(s.acc, d.acc) AS acc, (
        -- this statement does not see its own update
        SELECT max(leads_last_key(a.occurred_at, a.type)) FROM leads_activity a
        WHERE a.lead_id = d.lead_id AND a.type > 0
          AND (a.source, a.external_id) NOT IN (SELECT source, external_id FROM gone WHERE gone.lead_id = d.lead_id)
    ) AS last_key
    -- looked up, never joined: see ensure_scores
    FROM delta d, LATERAL (SELECT s.*, s.ctid FROM leads_leadscore s WHERE s.lead_id = d.lead_id LIMIT 1) s
), ranked AS MATERIALIZED (
    SELECT place, acc, last_key, leads_rank(acc, %(weights)s::float8[], fit_factor) AS rank FROM subtracted
)
UPDATE leads_leadscore s SET
    acc = r.acc,
    rank = r.rank,
    last_activity_at = leads_last_at(r.last_key),
    last_activity_type = leads_last_type(r.last_key),
    changed_at = clock_timestamp()
FROM ranked r
WHERE s.ctid = r.place
RETURNING s.lead_id, s.team_id, s.rank, s.announced_band
