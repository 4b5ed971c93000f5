UPDATE leads_company AS c
SET name_kana = r.name_kana, name_en = r.name_en, corporate_number = r.corporate_number, industry = r.industry,
    region = r.region, address = r.address, employees = r.employees, website = r.website, domain = r.domain,
    updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(
    id bigint, name_kana text, name_en text, corporate_number text, industry text, region text, address text,
    employees int, website text, domain text
)
WHERE c.id = r.id
