-- The activities of a lead that weigh most now.
SELECT type, occurred_at, u, (%(weights)s::float8[])[type] * u AS contribution
FROM ({activity_units}) units
WHERE occurred_at <= %(now)s AND (%(weights)s::float8[])[type] * u <> 0
ORDER BY abs((%(weights)s::float8[])[type] * u) DESC, occurred_at DESC
LIMIT %(limit)s
