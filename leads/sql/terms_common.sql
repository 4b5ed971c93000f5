-- Of each set of terms of attributes' values (leads/conditions/terms.py) whether the last ANALYZE says that more than the
-- share `most` of the leads, 0..1, has one of them. A lead has hardly more than one of a set; what is not among the
-- commonest terms counts as nothing.
WITH known AS MATERIALIZED (
    SELECT term, share
    FROM pg_stats, unnest(most_common_elems::text::bigint[], most_common_elem_freqs) AS elements (term, share)
    WHERE schemaname = current_schema() AND tablename = 'lead_terms' AND term IS NOT NULL
)
SELECT COALESCE(sum(share), 0) > %(most)s
FROM jsonb_array_elements(%(sets)s::jsonb) WITH ORDINALITY AS wanted (triples, place)
CROSS JOIN LATERAL unnest(leads_terms_sought(triples)) AS term
LEFT JOIN known USING (term)
GROUP BY place
ORDER BY place
