-- What a lead's activities add, by type and local day; days before the window fall together.
SELECT type, GREATEST((occurred_at AT TIME ZONE %(zone)s)::date, %(before_window)s::date) AS day,
       occurred_at > %(yesterday)s AS recent, count(*), sum(u)::bigint
FROM ({activity_units}) units
WHERE occurred_at <= %(now)s
GROUP BY 1, 2, 3
ORDER BY 2
