UPDATE leads_lead AS l
SET next_action = r.value ->> 'text', next_action_due_at = (r.value ->> 'due_at')::timestamptz,
    version = l.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(id bigint, value json)
WHERE l.id = r.id
