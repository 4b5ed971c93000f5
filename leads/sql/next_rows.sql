-- Rows of the new score table. OFFSET 0 keeps the planner from computing each rank three times.
-- {rank}: leads_rank of the types that weigh something, bit for bit.
-- {band}: the band last announced, as it is, or settled by new thresholds.
INSERT INTO {next}
    (lead_id, team_id, owner_id, stage, industry, region, fit, fit_factor, acc, rank, announced_band, changed_at,
     last_activity_at, last_activity_type)
SELECT lead_id, team_id, owner_id, stage, industry, region, fit, fit_factor, acc, rank, {band}, changed_at,
       last_activity_at, last_activity_type
FROM (
    SELECT based.*, {rank} AS rank FROM ({base}) based
    ORDER BY lead_id OFFSET 0
) ranked
