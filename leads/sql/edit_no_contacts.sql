UPDATE leads_lead AS l
SET do_not_contact = (r.value ->> 'blocked')::boolean, do_not_contact_reason = r.value ->> 'reason',
    version = l.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS r(id bigint, value json)
WHERE l.id = r.id
