-- The pixel of a mail was asked for. No row where its opens cannot be seen, the team does not want it, or enough is known.
-- Parameters: delivery, sign, client, most (hits of one mail).
INSERT INTO drafts_trackinghit (delivery_id, n, at, sign, client, rule)
SELECT d.id, 0, statement_timestamp(), %(sign)s, %(client)s, ''
FROM drafts_delivery d
JOIN salesdash_team t ON t.id = d.team_id
WHERE d.id = %(delivery)s AND d.trackable AND t.mail_tracking
  AND NOT EXISTS (SELECT FROM drafts_trackinghit h WHERE h.delivery_id = d.id OFFSET %(most)s - 1)
RETURNING n
