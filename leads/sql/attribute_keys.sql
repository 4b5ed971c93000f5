-- The names of further attributes, as the newest leads and companies have them; the most frequent of each.
SELECT place, key FROM (
    SELECT place, key, row_number() OVER (PARTITION BY place ORDER BY count(*) DESC, key) AS number
    FROM (
        SELECT 'lead' AS place, jsonb_object_keys(attributes) AS key
        FROM (SELECT attributes FROM leads_lead ORDER BY id DESC LIMIT 2000) newest
        WHERE jsonb_typeof(attributes) = 'object'
        UNION ALL
        SELECT 'company', jsonb_object_keys(attributes)
        FROM (SELECT attributes FROM leads_company ORDER BY id DESC LIMIT 2000) newest
        WHERE jsonb_typeof(attributes) = 'object'
    ) found
    GROUP BY place, key
) counted
WHERE number <= 60
ORDER BY place, key
