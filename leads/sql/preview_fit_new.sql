JOIN leads_lead l ON l.id = s.lead_id
JOIN leads_company c ON c.id = l.company_id
CROSS JOIN LATERAL (SELECT ({fit})::smallint AS fit, ({excluded}) AS excluded OFFSET 0) judged
CROSS JOIN LATERAL (
    SELECT judged.fit,
           CASE WHEN judged.excluded THEN 0::float8 ELSE power(2::float8, (judged.fit - 50) / 50::float8) END AS factor
    OFFSET 0
) f
