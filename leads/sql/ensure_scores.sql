-- New score rows, and the copied columns, fit and rank of existing ones. {fit} and {excluded} are compiled from
-- the rules with bound values; `rising` holds the ranks from which a lead is cool, mild, warm, hot now.
-- No join of ids: where the statistics say that a table is empty, it may read all of it for each row. A lateral row
-- with a limit, and a subquery, are looked up by the key.
WITH wanted AS (
    SELECT l.id AS lead_id, l.team_id, l.owner_id, l.stage, c.industry, c.region,
           ({fit})::smallint AS fit, ({excluded}) AS excluded
    FROM leads_lead l, LATERAL (SELECT * FROM leads_company WHERE id = l.company_id LIMIT 1) c
    WHERE l.id = ANY(%(lead_ids)s::bigint[])
), saved AS (
    INSERT INTO leads_leadscore AS s
        (lead_id, team_id, owner_id, stage, industry, region, fit, fit_factor, acc, rank, announced_band, changed_at)
    SELECT w.lead_id, w.team_id, w.owner_id, w.stage, w.industry, w.region, w.fit,
           CASE WHEN w.excluded THEN 0::float8 ELSE power(2::float8, (w.fit - 50) / 50::float8) END,
           array_fill(0::bigint, ARRAY[24]), '-infinity', 0, clock_timestamp()
    FROM wanted w
    ORDER BY w.lead_id
    ON CONFLICT (lead_id) DO UPDATE SET
        team_id = EXCLUDED.team_id,
        owner_id = EXCLUDED.owner_id,
        stage = EXCLUDED.stage,
        industry = EXCLUDED.industry,
        region = EXCLUDED.region,
        fit = EXCLUDED.fit,
        fit_factor = EXCLUDED.fit_factor,
        rank = leads_rank(s.acc, %(weights)s::float8[], EXCLUDED.fit_factor),
        announced_band = GREATEST(s.announced_band, width_bucket(
            leads_rank(s.acc, %(weights)s::float8[], EXCLUDED.fit_factor), %(rising)s::float8[])),
        changed_at = EXCLUDED.changed_at
    WHERE (s.team_id, s.owner_id, s.stage, s.industry, s.region, s.fit, s.fit_factor)
        IS DISTINCT FROM (EXCLUDED.team_id, EXCLUDED.owner_id, EXCLUDED.stage, EXCLUDED.industry,
                          EXCLUDED.region, EXCLUDED.fit, EXCLUDED.fit_factor)
    RETURNING s.lead_id, s.team_id, s.rank, s.announced_band
)
SELECT saved.lead_id, saved.team_id, saved.rank,
       COALESCE((SELECT s.announced_band FROM leads_leadscore s WHERE s.lead_id = saved.lead_id), 0),
       saved.announced_band
FROM saved
