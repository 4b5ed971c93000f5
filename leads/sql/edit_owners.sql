UPDATE leads_lead AS l
SET owner_id = r.value, version = l.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(id bigint, value bigint)
WHERE l.id = r.id
