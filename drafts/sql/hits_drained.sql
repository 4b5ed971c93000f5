-- Hits that waited elsewhere, as hit_opened.sql and hit_clicked.sql would have stored them. None that is there already.
-- Parameters: delivery, n, at, sign, client (lists), most (hits of one mail).
INSERT INTO drafts_trackinghit (delivery_id, n, at, sign, client, rule)
SELECT delivery_id, n, at, sign, client, ''
FROM (
    SELECT DISTINCT ON (d.id, w.n, w.at) d.id AS delivery_id, w.n, w.at, w.sign, w.client,
           dense_rank() OVER (PARTITION BY d.id ORDER BY w.at, w.n)
           + (SELECT count(*) FROM drafts_trackinghit h WHERE h.delivery_id = d.id) AS place
    FROM unnest(%(delivery)s::bigint[], %(n)s::int[], %(at)s::timestamptz[], %(sign)s::text[], %(client)s::text[])
        AS w (delivery, n, at, sign, client)
    JOIN drafts_delivery d ON d.id = w.delivery
    JOIN salesdash_team t ON t.id = d.team_id
    WHERE d.trackable AND t.mail_tracking
      AND (w.n = 0 OR EXISTS (SELECT FROM drafts_deliverylink l WHERE l.delivery_id = d.id AND l.n = w.n))
      AND NOT EXISTS (SELECT FROM drafts_trackinghit h WHERE h.delivery_id = d.id AND h.at = w.at AND h.n = w.n)
    ORDER BY d.id, w.n, w.at
) AS waiting
WHERE place <= %(most)s
