-- As leads that only cool have their bands: each keeps the last one until three points below its threshold.
UPDATE leads_leadscore SET announced_band = width_bucket(rank, %(falling)s::float8[])
WHERE announced_band <> width_bucket(rank, %(falling)s::float8[])
