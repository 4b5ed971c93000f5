CROSS JOIN LATERAL (SELECT s.fit, s.fit_factor AS factor) f
