-- Other fit or exclude rules: the accumulators of the present table, the fit from leads and companies.
SELECT f.lead_id, f.team_id, f.owner_id, f.stage, f.industry, f.region, f.fit,
       CASE WHEN f.excluded THEN 0::float8 ELSE power(2::float8, (f.fit - 50) / 50::float8) END AS fit_factor,
       f.acc, f.announced_band, f.changed_at, f.last_activity_at, f.last_activity_type
FROM (
    SELECT s.lead_id, s.team_id, s.owner_id, s.stage, s.industry, s.region, s.acc, s.announced_band, s.changed_at,
           s.last_activity_at, s.last_activity_type, ({fit})::smallint AS fit, ({excluded}) AS excluded
    FROM leads_leadscore s JOIN leads_lead l ON l.id = s.lead_id JOIN leads_company c ON c.id = l.company_id
    WHERE {which_lead}
    OFFSET 0
) f
