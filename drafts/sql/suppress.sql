-- of two rows with one address the first counts; what is held already stays as it is
INSERT INTO drafts_suppression (team_id, email, reason, note, created_at, created_by_name)
SELECT %(team)s::bigint, email, reason, note, now(), %(by)s
FROM unnest(%(emails)s::text[], %(reasons)s::text[], %(notes)s::text[]) WITH ORDINALITY
    AS entry(email, reason, note, place)
ORDER BY place
ON CONFLICT DO NOTHING
