-- Those that may be among the first by today's rules or by other weights. Fit moves a rank by a factor of at
-- most four, hence many more than are looked for.
(SELECT lead_id FROM leads_leadscore ORDER BY rank DESC, fit DESC, lead_id DESC LIMIT %(size)s)
UNION
(SELECT lead_id FROM leads_leadscore ORDER BY leads_rank(acc, %(weights)s::float8[], 1::float8) DESC LIMIT %(size)s)
