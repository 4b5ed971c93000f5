-- What the newest leads of each of these teams (NULL: of all) hold in their further attributes, the most frequent first;
-- last, how an attribute is declared to be read.
WITH seen AS (
    SELECT key, count(*) AS filled,
           count(*) FILTER (WHERE leads_number(value) > '-infinity') AS numbers,
           count(*) FILTER (WHERE leads_day(value) > '') AS days,
           count(*) FILTER (WHERE leads_yes_no(value) >= 0) AS answers,
           count(DISTINCT value) AS different, (array_agg(DISTINCT left(value, 200)))[1:40] AS examples
    FROM unnest(COALESCE(%(teams)s::bigint[], ARRAY(SELECT id FROM salesdash_team))) AS team (id)
    CROSS JOIN LATERAL (
        SELECT attributes FROM leads_lead
        WHERE team_id = team.id AND jsonb_typeof(attributes) = 'object'
        ORDER BY created_at DESC LIMIT 1000
    ) newest
    CROSS JOIN LATERAL jsonb_each_text(attributes) AS pair (key, value)
    WHERE value <> '' AND key <> '' AND length(key) <= 120
    GROUP BY key
    ORDER BY filled DESC, key
    LIMIT 80
)
SELECT seen.*, declared.kind
FROM seen LEFT JOIN leads_attribute AS declared ON declared.name = seen.key
ORDER BY filled DESC, key
