-- All temperatures from the accumulators; `per_rank` is ln 2 · 2^-16 · 2^-(half-lives since the landmark) / scale.
SELECT sum(t) FROM (
    SELECT lead_id, 100 * (1 - exp(-LEAST(GREATEST(rank, 0) * %(per_rank)s, 700))) AS t FROM leads_leadscore
) temperatures
