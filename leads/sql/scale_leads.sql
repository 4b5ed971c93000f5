-- Names fall off as a power of their place, as family names do; nine leads in ten are Japanese. Search text and
-- bigrams are what leads.folding makes of these names (tested); all their parts are in folded form already.
INSERT INTO leads_lead (
    team_id, owner_id, company_id, family_name, given_name, family_kana, given_kana, department, title, email, phone,
    language, stage, stage_changed_at, source, external_id, attributes, next_action, do_not_contact,
    do_not_contact_reason, consent_basis, consent_note, search_grams, search_text, version, created_at, updated_at
)
SELECT c.team_id, (%(reps)s::bigint[])[1 + n %% cardinality(%(reps)s::bigint[])], c.id,
       f.name, g.name, f.kana, g.kana, '', (ARRAY['部長', '課長', '主任', ''])[1 + n %% 4], email, '', dice.language,
       (ARRAY['new', 'working', 'meeting', 'proposal', 'new', 'working', 'won', 'lost'])[1 + n %% 8],
       now(), 'bench', '',
       jsonb_build_object('seats', (n %% 997)::text, 'plan', (ARRAY['free', 'team', 'plus'])[1 + n %% 3]),
       '', false, '', 'unknown', '',
       ARRAY(
           SELECT lower(left(start, 1)) FROM unnest(ARRAY[f.name, g.name, f.kana, c.name_key]) AS start WHERE start <> ''
           UNION
           SELECT substr(line, place, 2) FROM unnest(lines) AS line, generate_series(1, length(line) - 1) AS place
       ),
       array_to_string(lines, chr(10)), 1, now(), now()
FROM (
    SELECT n, CASE WHEN n %% 10 = 0 THEN 'en' ELSE 'ja' END AS language,
           power(random(), 1.2) AS family, power(random(), 1.2) AS given
    FROM generate_series(%(start)s, %(end)s) n
) dice
JOIN scale_companies c ON c.place = n %% %(companies)s
JOIN (SELECT language, count(*) AS number FROM scale_names WHERE part = 'family' GROUP BY language) names
    ON names.language = dice.language
JOIN scale_names f ON f.part = 'family' AND f.language = dice.language AND f.place = 1 + floor(dice.family * number)
JOIN scale_names g ON g.part = 'given' AND g.language = dice.language AND g.place = 1 + floor(dice.given * number)
CROSS JOIN LATERAL (SELECT 'lead' || n || '@keisoku' || c.place || '.example' AS email) mail
CROSS JOIN LATERAL (
    SELECT ARRAY[lower(f.name || g.name)]
        || CASE WHEN dice.language = 'en' THEN lower(g.name || f.name) ELSE f.kana || g.kana END || c.name || email
        AS lines
) written
ORDER BY n
