-- Rows as the last ANALYZE counted them; bytes with indexes and TOAST; partitions added up.
SELECT name, sum(GREATEST(c.reltuples, 0))::bigint, sum(pg_total_relation_size(c.oid))::bigint
FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS wanted (name, place)
JOIN pg_class c ON c.relkind = 'r' AND (
    c.oid = name::regclass OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = name::regclass))
GROUP BY name, place
ORDER BY place
