-- Every accumulator from the activities. Rows that are right already are not written.
WITH truth AS (
    SELECT lead_id, {slot_sums} AS acc, max(leads_last_key(occurred_at, type)) AS last_key
    FROM ({activity_units}) units
    GROUP BY lead_id
), wanted AS MATERIALIZED (
    SELECT s.lead_id, s.fit_factor, COALESCE(t.acc, array_fill(0::bigint, ARRAY[24])) AS acc,
           leads_last_at(t.last_key) AS last_at, leads_last_type(t.last_key) AS last_type
    FROM leads_leadscore s LEFT JOIN truth t USING (lead_id)
)
UPDATE leads_leadscore s SET
    acc = w.acc,
    rank = leads_rank(w.acc, %(weights)s::float8[], w.fit_factor),
    announced_band = GREATEST(s.announced_band, width_bucket(
        leads_rank(w.acc, %(weights)s::float8[], w.fit_factor), %(rising)s::float8[])),
    last_activity_at = w.last_at,
    last_activity_type = w.last_type,
    changed_at = clock_timestamp()
FROM wanted w
WHERE s.lead_id = w.lead_id
  AND (s.acc, s.rank, s.last_activity_at, s.last_activity_type) IS DISTINCT FROM
      (w.acc, leads_rank(w.acc, %(weights)s::float8[], w.fit_factor), w.last_at, w.last_type)
