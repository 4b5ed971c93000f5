-- The first lead of each chunk of `size` leads, and how many leads there are. Each step reads on in the index from
-- the last one, which takes a third of the time of numbering all leads.
WITH RECURSIVE bounds(id) AS (
    SELECT min(id) FROM leads_lead
    UNION ALL
    SELECT (SELECT l.id FROM leads_lead l WHERE l.id >= b.id ORDER BY l.id OFFSET %(size)s LIMIT 1)
    FROM bounds b
    WHERE b.id IS NOT NULL
)
SELECT id, (SELECT count(*) FROM leads_lead) AS total FROM bounds WHERE id IS NOT NULL ORDER BY id
