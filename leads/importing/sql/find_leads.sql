-- the conditions on '' let the two partial unique indexes answer
SELECT id FROM leads_lead WHERE team_id = %(team_id)s AND external_id <> '' AND external_id = ANY(%(ids)s)
UNION
SELECT id FROM leads_lead WHERE team_id = %(team_id)s AND email <> '' AND lower(email) = ANY(%(emails)s)
