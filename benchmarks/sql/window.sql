-- All temperatures from a running sum over each lead's activities, of which the last row counts: the way of the
-- reference story. One sort serves the sum and the search for the last row.
SELECT sum(t) FROM (
    SELECT s.lead_id, 100 * (1 - power(2::float8, -LEAST(GREATEST(s.fit_factor * h.heat, 0) / %(scale_heat)s, 1000))) AS t
    FROM leads_leadscore s JOIN (
        SELECT lead_id,
               sum((%(weights)s::float8[])[type]
                   * power(2::float8, -date_part('epoch', %(now)s - occurred_at) / %(half_life)s))
                   OVER (PARTITION BY lead_id ORDER BY occurred_at
                         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS heat,
               lead(lead_id) OVER (PARTITION BY lead_id ORDER BY occurred_at) IS NULL AS is_last
        FROM leads_activity
    ) h ON h.lead_id = s.lead_id AND h.is_last
) temperatures
