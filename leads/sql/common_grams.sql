-- From the last ANALYZE: the commonest bigrams and their share of the leads.
SELECT gram, share
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS elements (gram, share)
WHERE schemaname = current_schema() AND tablename = 'leads_lead' AND attname = 'search_grams' AND gram IS NOT NULL
