-- All temperatures from the activities, each decayed by its age.
SELECT sum(t) FROM (
    SELECT s.lead_id, 100 * (1 - power(2::float8, -LEAST(GREATEST(s.fit_factor * h.heat, 0) / %(scale_heat)s, 1000))) AS t
    FROM leads_leadscore s JOIN (
        SELECT lead_id, sum((%(weights)s::float8[])[type]
                   * power(2::float8, -date_part('epoch', %(now)s - occurred_at) / %(half_life)s)) AS heat
        FROM leads_activity GROUP BY lead_id
    ) h USING (lead_id)
) temperatures
