UPDATE leads_lead AS l
-- a form that is open meanwhile must get a conflict
SET stage = r.value, stage_changed_at = r.since, version = l.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(id bigint, value text, since timestamptz)
WHERE l.id = r.id
