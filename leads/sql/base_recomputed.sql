-- Everything from leads, companies and activities, by the same functions as at ingest. The first sum reads an
-- index alone; adjustments by hand, few, carry their heat in the row. What no screen knows yet has not changed.
SELECT f.lead_id, f.team_id, f.owner_id, f.stage, f.industry, f.region, f.fit,
       CASE WHEN f.excluded THEN 0::float8 ELSE power(2::float8, (f.fit - 50) / 50::float8) END AS fit_factor,
       COALESCE(t.acc, array_fill(0::bigint, ARRAY[23])) || COALESCE(m.u, 0) AS acc,
       COALESCE(s.announced_band, 0)::smallint AS announced_band,
       COALESCE(s.changed_at, to_timestamp(0)) AS changed_at,
       leads_last_at(t.last_key) AS last_activity_at, leads_last_type(t.last_key) AS last_activity_type
FROM (
    SELECT l.id AS lead_id, l.team_id, l.owner_id, l.stage, c.industry, c.region,
           ({fit})::smallint AS fit, ({excluded}) AS excluded
    FROM leads_lead l JOIN leads_company c ON c.id = l.company_id
    WHERE {which_lead}
    OFFSET 0
) f
LEFT JOIN {lateral} (
    SELECT {key} {type_sums} AS acc, max(leads_last_key(occurred_at, type)) AS last_key
    FROM (
        SELECT lead_id, type, occurred_at, leads_u(occurred_at, %(landmark)s, %(half_life)s) AS u
        FROM leads_activity WHERE type BETWEEN 1 AND 23 AND {which_activity}
    ) units {group}
) t ON {join_t}
LEFT JOIN {lateral} (
    SELECT {key} sum(leads_u_of_heat((properties ->> 'heat')::float8, occurred_at, %(landmark)s,
                                     %(half_life)s))::bigint AS u
    FROM leads_activity WHERE type = 24 AND {which_activity} {group}
) m ON {join_m}
LEFT JOIN leads_leadscore s ON s.lead_id = f.lead_id
-- keeps the planner from writing what makes `acc` into each of the 24 products of the rank
OFFSET 0
