-- `falling` holds the ranks below which a lead has left cool, mild, warm, hot: three points under the threshold.
-- Nothing happens if the table was rebuilt since the rules were read.
WITH cooled AS MATERIALIZED (
    SELECT lead_id, announced_band AS band_before
    FROM leads_leadscore
    WHERE lead_id = ANY(%(lead_ids)s::bigint[])
      AND announced_band > 0 AND rank < (%(falling)s::float8[])[announced_band]
      AND EXISTS (SELECT FROM leads_scorestate WHERE epoch = %(epoch)s)
    ORDER BY lead_id
    FOR UPDATE SKIP LOCKED
)
UPDATE leads_leadscore s
SET announced_band = LEAST(s.announced_band, width_bucket(s.rank, %(falling)s::float8[]))
FROM cooled c
WHERE s.lead_id = c.lead_id
RETURNING s.lead_id, s.team_id, s.rank, c.band_before, s.announced_band
