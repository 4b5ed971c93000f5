-- Leads by the rules of today (the stored rank) and by those of a draft, through the functions of ingest.
-- Accumulators are those stored, or for another half-life added up from the activities (preview_units.sql); fit
-- is as stored where the rules about it are today's (preview_fit_stored.sql), else new (preview_fit_new.sql).
-- Yields `cell` rows, how many leads stand in which bands and five-point bins, then the `most` highest leads
-- by today's rules and by the draft, in the order of the lead table.
WITH weighed AS MATERIALIZED (
    SELECT s.lead_id, s.rank AS rank_before, s.fit AS fit_before, f.fit AS fit_after,
           leads_rank({acc}, %(weights)s::float8[], f.factor) AS rank_after
    FROM leads_leadscore s
    {fitted}
    {units}
    WHERE {which}
), before AS (
    SELECT lead_id, row_number() OVER (ORDER BY rank_before DESC, fit_before DESC, lead_id DESC) AS place
    FROM weighed WHERE rank_before > '-infinity'
    ORDER BY rank_before DESC, fit_before DESC, lead_id DESC LIMIT %(most)s
), after AS (
    SELECT lead_id, row_number() OVER (ORDER BY rank_after DESC, fit_after DESC, lead_id DESC) AS place
    FROM weighed WHERE rank_after > '-infinity'
    ORDER BY rank_after DESC, fit_after DESC, lead_id DESC LIMIT %(most)s
)
SELECT 'cell', width_bucket(rank_before, %(bands_before)s::float8[]), width_bucket(rank_after, %(bands_after)s::float8[]),
       width_bucket(rank_before, %(bins_before)s::float8[]), width_bucket(rank_after, %(bins_after)s::float8[]),
       count(*), NULL::float8, NULL::float8
FROM weighed
GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'top', before.place, after.place, NULL, NULL, w.lead_id, w.rank_before, w.rank_after
FROM before FULL JOIN after USING (lead_id) JOIN weighed w USING (lead_id)
