-- Of each set of terms of attributes' values (leads/conditions/terms.py) the share of the leads, 0..1, that has one of
-- them, as the last ANALYZE says: counting what is not among the commonest terms as nothing, and as the least common of
-- these. The second is 1 where nothing is known. A lead has hardly more than one of a set.
WITH known AS MATERIALIZED (
    SELECT term, share
    FROM pg_stats, unnest(most_common_elems::text::bigint[], most_common_elem_freqs) AS elements (term, share)
    WHERE schemaname = current_schema() AND tablename = 'lead_terms' AND term IS NOT NULL
)
SELECT COALESCE(sum(share), 0)::float8,
       LEAST(sum(COALESCE(share, (SELECT min(share) FROM known), 1)), 1)::float8
FROM jsonb_array_elements(%(sets)s::jsonb) WITH ORDINALITY AS wanted (triples, place)
CROSS JOIN LATERAL unnest(leads_terms_sought(triples)) AS term
LEFT JOIN known USING (term)
GROUP BY place
ORDER BY place
