CROSS JOIN LATERAL (SELECT {slot_sums} AS acc FROM ({activity_units}) units) t
