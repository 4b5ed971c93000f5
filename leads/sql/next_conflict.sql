
ON CONFLICT (lead_id) DO UPDATE SET
    team_id = EXCLUDED.team_id,
    owner_id = EXCLUDED.owner_id,
    stage = EXCLUDED.stage,
    industry = EXCLUDED.industry,
    region = EXCLUDED.region,
    fit = EXCLUDED.fit,
    fit_factor = EXCLUDED.fit_factor,
    acc = EXCLUDED.acc,
    rank = EXCLUDED.rank,
    announced_band = EXCLUDED.announced_band,
    changed_at = EXCLUDED.changed_at,
    last_activity_at = EXCLUDED.last_activity_at,
    last_activity_type = EXCLUDED.last_activity_type
