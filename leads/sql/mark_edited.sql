UPDATE leads_editedlead AS e
SET state = r.state, reason = r.reason, before = r.before, stage_before_since = r.since, changed_at = r.changed_at
FROM json_to_recordset(%(rows)s::json)
    AS r(id bigint, state smallint, reason text, before jsonb, since timestamptz, changed_at timestamptz)
WHERE e.id = r.id
