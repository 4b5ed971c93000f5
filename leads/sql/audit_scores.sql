-- One snapshot: what the score table says beside what leads, companies and activities say.
WITH truth AS (
    SELECT lead_id, {slot_sums} AS acc, max(leads_last_key(occurred_at, type)) AS last_key
    FROM ({activity_units}) units
    GROUP BY lead_id
), fitted AS (
    SELECT l.id AS lead_id, l.team_id, l.owner_id, l.stage, c.industry, c.region, ({fit})::smallint AS fit,
           ({excluded}) AS excluded
    FROM leads_lead l JOIN leads_company c ON c.id = l.company_id
    WHERE {which_lead}
), expected AS (
    SELECT f.*, CASE WHEN f.excluded THEN 0::float8 ELSE power(2::float8, (f.fit - 50) / 50::float8) END AS fit_factor
    FROM fitted f
), scored AS (
    SELECT * FROM leads_leadscore WHERE {which}
), compared AS (
    SELECT COALESCE(e.lead_id, s.lead_id, t.lead_id) AS lead_id,
           e.lead_id IS NOT NULL AS has_lead, s.lead_id IS NOT NULL AS has_score, t.lead_id IS NOT NULL AS has_activities,
           jsonb_build_object(
               'team', s.team_id, 'owner', s.owner_id, 'stage', s.stage, 'industry', s.industry, 'region', s.region,
               'fit', s.fit, 'fit_factor', s.fit_factor, 'accumulators', s.acc, 'rank', s.rank::text,
               'last_activity', leads_last_key(s.last_activity_at, s.last_activity_type)) AS stored,
           jsonb_build_object(
               'team', e.team_id, 'owner', e.owner_id, 'stage', e.stage, 'industry', e.industry, 'region', e.region,
               'fit', e.fit, 'fit_factor', e.fit_factor,
               'accumulators', COALESCE(t.acc, array_fill(0::bigint, ARRAY[24])),
               'rank', leads_rank(COALESCE(t.acc, array_fill(0::bigint, ARRAY[24])), %(weights)s::float8[],
                                  e.fit_factor)::text,
               'last_activity', t.last_key) AS expected
    FROM expected e FULL JOIN scored s USING (lead_id) FULL JOIN truth t USING (lead_id)
)
SELECT lead_id, has_lead, has_score, stored, expected, count(*) OVER () AS differences
FROM compared
WHERE NOT (has_lead AND has_score) OR stored <> expected
ORDER BY lead_id
LIMIT %(limit)s
