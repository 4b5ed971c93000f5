-- The first lead of each chunk of `size` leads, and how many leads there are.
SELECT id, total
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS total FROM leads_lead) numbered
WHERE number %% %(size)s = 1
ORDER BY id
