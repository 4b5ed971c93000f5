-- Other weights or thresholds: what the present table holds of the leads that there are. The bounds stand twice,
-- for the planner does not carry them over to the leads by itself.
SELECT s.lead_id, s.team_id, s.owner_id, s.stage, s.industry, s.region, s.fit, s.fit_factor, s.acc,
       s.announced_band, s.changed_at, s.last_activity_at, s.last_activity_type
FROM leads_leadscore s
WHERE {which_lead} AND EXISTS (SELECT FROM leads_lead l WHERE l.id = s.lead_id AND {which_known})
