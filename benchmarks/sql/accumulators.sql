-- All temperatures from the accumulators; `per_rank` is ln 2 · 2^-16 · 2^-(half-lives since the landmark) / scale.
SELECT sum(t) FROM (
    SELECT lead_id, 100 * (1 - exp(-GREATEST(rank, 0) * %(per_rank)s)) AS t FROM leads_leadscore
) temperatures
