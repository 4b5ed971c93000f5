INSERT INTO leads_company (
    team_id, name, name_kana, name_en, name_key, corporate_number, industry, region, address, employees, website,
    domain, phone, external_id, attributes, created_at, updated_at
)
SELECT %(team_id)s, r.name, r.name_kana, r.name_en, r.name_key, r.corporate_number, r.industry, r.region, r.address,
       r.employees, r.website, r.domain, '', '', '{}', %(now)s, %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(
    name text, name_kana text, name_en text, name_key text, corporate_number text, industry text, region text,
    address text, employees int, website text, domain text
)
RETURNING id, name_key
