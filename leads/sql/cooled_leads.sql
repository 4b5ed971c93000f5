-- Leads that have left the band last announced. A statement of its own, without locks, may use every core.
SELECT lead_id FROM leads_leadscore
WHERE announced_band > 0 AND rank < (%(falling)s::float8[])[announced_band]
ORDER BY lead_id
LIMIT %(limit)s
