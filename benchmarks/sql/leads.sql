INSERT INTO leads_lead (
    team_id, owner_id, company_id, family_name, given_name, family_kana, given_kana, department, title, email, phone,
    language, stage, stage_changed_at, source, external_id, attributes, next_action, do_not_contact,
    do_not_contact_reason, consent_basis, consent_note, search_grams, search_text, version, created_at, updated_at
)
SELECT c.team_id, (%(reps)s::bigint[])[1 + n %% cardinality(%(reps)s::bigint[])], c.id,
       (ARRAY['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺', '山本', '中村', '小林', '加藤'])[1 + n %% 10],
       (ARRAY['健', '彩', '誠', '恵', '隆', '翔', '舞', '亮', '優', '葵'])[1 + n / 10 %% 10],
       '', '', '', (ARRAY['部長', '課長', '主任', ''])[1 + n %% 4], 'lead' || n || '@keisoku.example', '', 'ja',
       (ARRAY['new', 'working', 'meeting', 'proposal', 'new', 'working', 'won', 'lost'])[1 + n %% 8],
       now(), 'bench', '', '{}', '', false, '', 'unknown', '', '{}', '', 1, now(), now()
FROM generate_series(1, %(leads)s) n
JOIN (SELECT id, team_id, row_number() OVER (ORDER BY id) AS place FROM leads_company) c
    ON c.place = 1 + n %% %(companies)s
