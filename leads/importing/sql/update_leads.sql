UPDATE leads_lead AS l
SET owner_id = r.owner_id, company_id = r.company_id, family_name = r.family_name, given_name = r.given_name,
    family_kana = r.family_kana, given_kana = r.given_kana, department = r.department, title = r.title,
    email = r.email, phone = r.phone, language = r.language, stage = r.stage,
    stage_changed_at = CASE WHEN l.stage = r.stage THEN l.stage_changed_at ELSE %(now)s END,
    external_id = r.external_id, attributes = r.attributes, do_not_contact = r.do_not_contact,
    do_not_contact_reason = r.do_not_contact_reason, search_grams = r.search_grams, search_text = r.search_text,
    -- a form that was open meanwhile must get a conflict
    version = l.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(
    id bigint, owner_id bigint, company_id bigint, family_name text, given_name text, family_kana text,
    given_kana text, department text, title text, email text, phone text, language text, stage text, external_id text,
    attributes jsonb, do_not_contact boolean, do_not_contact_reason text, search_grams varchar(2)[], search_text text
)
WHERE l.id = r.id
