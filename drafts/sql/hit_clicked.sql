-- A link of a mail was asked for: where it leads, whether or not the click is kept (see hit_opened.sql).
-- Parameters: delivery, n, sign, client, most (hits of one mail).
WITH target AS (
    SELECT l.delivery_id, l.n, l.url FROM drafts_deliverylink l WHERE l.delivery_id = %(delivery)s AND l.n = %(n)s
),
kept AS (
    INSERT INTO drafts_trackinghit (delivery_id, n, at, sign, client, rule)
    SELECT d.id, target.n, statement_timestamp(), %(sign)s, %(client)s, ''
    FROM target
    JOIN drafts_delivery d ON d.id = target.delivery_id
    JOIN salesdash_team t ON t.id = d.team_id
    WHERE d.trackable AND t.mail_tracking
      AND NOT EXISTS (SELECT FROM drafts_trackinghit h WHERE h.delivery_id = d.id OFFSET %(most)s - 1)
)
SELECT url FROM target
