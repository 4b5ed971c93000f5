-- News that is new: told once, and nothing about leads that are gone or that a rule leaves out, unless somebody
-- is asked for an answer (`asked` kinds).
INSERT INTO leads_notification (user_id, lead_id, team_id, kind, key, at, details)
SELECT news.user_id, news.lead_id, news.team_id, news.kind, news.key, news.at, news.details::jsonb
FROM unnest(
    %(user_id)s::bigint[], %(lead_id)s::bigint[], %(team_id)s::bigint[], %(kind)s::text[], %(key)s::text[],
    %(at)s::timestamptz[], %(details)s::text[]
) AS news (user_id, lead_id, team_id, kind, key, at, details)
LEFT JOIN leads_lead l ON l.id = news.lead_id
LEFT JOIN leads_leadscore s ON s.lead_id = news.lead_id AND s.fit_factor <> 0
LEFT JOIN salesdash_team t ON t.id = news.team_id
WHERE (%(hurried)s OR set_config('synchronous_commit', 'off', true) = 'off')
    AND ((l.id IS NOT NULL AND (s.lead_id IS NOT NULL OR news.kind = ANY(%(asked)s::text[]))) OR t.id IS NOT NULL)
ORDER BY news.user_id, news.key
ON CONFLICT (user_id, key) DO NOTHING
RETURNING user_id, id
