-- Few leads do most: the number of a lead's activities falls off as a power of its place (Zipf).
-- The types come as often as in a real funnel: many views and opens, few replies and meetings.
INSERT INTO leads_activity (lead_id, source, external_id, type, occurred_at, received_at, properties)
SELECT %(first)s + floor(%(leads)s * power(random(), 2.2))::bigint, 'bench', n::text,
       (ARRAY[4,4,4,4,4,4,4,4,1,1,1,1,1,13,13,2,2,5,5,6,9,10,12,7,3,8])[1 + floor(random() * 26)::int],
       now() - random() * interval '1 day' * %(days)s, now(), '{}'
FROM generate_series(%(start)s, %(end)s) n
