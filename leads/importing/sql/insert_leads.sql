INSERT INTO leads_lead (
    team_id, owner_id, company_id, family_name, given_name, family_kana, given_kana, department, title, email, phone,
    language, stage, stage_changed_at, source, external_id, attributes, next_action, do_not_contact,
    do_not_contact_reason, consent_basis, consent_note, search_grams, search_text, version, created_at, updated_at
)
SELECT %(team_id)s, r.owner_id, r.company_id, r.family_name, r.given_name, r.family_kana, r.given_kana, r.department,
       r.title, r.email, r.phone, r.language, r.stage, %(now)s, 'import', r.external_id, r.attributes, '',
       r.do_not_contact, r.do_not_contact_reason, 'unknown', '', r.search_grams, r.search_text, 1, %(now)s, %(now)s
FROM ROWS FROM (
    json_to_recordset(%(rows)s::json) AS (
        owner_id bigint, company_id bigint, family_name text, given_name text, family_kana text, given_kana text,
        department text, title text, email text, phone text, language text, stage text, external_id text,
        attributes jsonb, do_not_contact boolean, do_not_contact_reason text, search_grams varchar(2)[],
        search_text text
    )
) WITH ORDINALITY AS r(
    owner_id, company_id, family_name, given_name, family_kana, given_kana, department, title, email, phone, language,
    stage, external_id, attributes, do_not_contact, do_not_contact_reason, search_grams, search_text, place
)
ORDER BY r.place
RETURNING id
