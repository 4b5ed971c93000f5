-- What stands out today among the leads of some owners or teams; per section at most `limit` of each of them.
-- `{whose}` is owner_id or team_id. Every branch walks an index that begins with it: due times, or the rank.
-- `was`: the rank the lead had at `since`, for those that rose; else its present one.
WITH whose AS (SELECT unnest(%(whose)s::bigint[]) AS id)
(
    SELECT 'recall' AS section, found.id AS lead_id, found.recall_at AS at, NULL::float8 AS rank, NULL::float8 AS was
    FROM whose CROSS JOIN LATERAL (
        SELECT l.id, l.recall_at FROM leads_lead l
        WHERE l.{whose} = whose.id AND l.recall_at < %(tomorrow)s AND l.stage = ANY(%(open)s)
          AND (%(teams)s::bigint[] IS NULL OR l.team_id = ANY(%(teams)s::bigint[]))
        ORDER BY l.recall_at LIMIT %(limit)s
    ) found
    ORDER BY at, lead_id LIMIT %(limit)s
)
UNION ALL
(
    SELECT 'action', found.id, found.next_action_due_at, NULL, NULL
    FROM whose CROSS JOIN LATERAL (
        SELECT l.id, l.next_action_due_at FROM leads_lead l
        WHERE l.{whose} = whose.id AND l.next_action_due_at < %(tomorrow)s AND l.stage = ANY(%(open)s)
          AND (%(teams)s::bigint[] IS NULL OR l.team_id = ANY(%(teams)s::bigint[]))
        ORDER BY l.next_action_due_at LIMIT %(limit)s
    ) found
    ORDER BY 3, 2 LIMIT %(limit)s
)
UNION ALL
(
    -- hot now, and without what was added since not yet hot then
    SELECT 'risen', hot.lead_id, hot.last_activity_at, hot.rank, hot.rank - hot.fit_factor * coalesce(gained.heat, 0)
    FROM whose CROSS JOIN LATERAL (
        SELECT s.lead_id, s.rank, s.fit_factor, s.last_activity_at FROM leads_leadscore s
        WHERE s.{whose} = whose.id AND s.rank >= %(hot)s AND s.stage = ANY(%(open)s)
          -- points by hand are no activity of the lead
          AND (s.last_activity_at >= %(since)s OR EXISTS (
              SELECT FROM leads_activity a
              WHERE a.lead_id = s.lead_id AND a.type = 24 AND a.received_at >= %(since)s))
          AND (%(teams)s::bigint[] IS NULL OR s.team_id = ANY(%(teams)s::bigint[]))
        -- who has just crossed stands nearest to the threshold
        ORDER BY s.rank LIMIT %(candidates)s
    ) hot
    CROSS JOIN LATERAL (
        SELECT sum((%(weights)s::float8[])[units.type] * units.u) AS heat
        FROM (
            SELECT a.type, leads_u(a.occurred_at, %(landmark)s, %(half_life)s) AS u FROM leads_activity a
            WHERE a.lead_id = hot.lead_id AND a.type BETWEEN 1 AND 23 AND a.occurred_at >= %(since)s
            UNION ALL
            SELECT a.type, leads_u_of_heat((a.properties ->> 'heat')::float8, a.occurred_at, %(landmark)s, %(half_life)s)
            FROM leads_activity a
            WHERE a.lead_id = hot.lead_id AND a.type = 24 AND a.received_at >= %(since)s
        ) units
    ) gained
    WHERE hot.rank - hot.fit_factor * coalesce(gained.heat, 0) < %(hot_at_since)s
    ORDER BY hot.rank DESC, hot.lead_id LIMIT %(limit)s
)
UNION ALL
(
    -- was hot, or warm, when it last did something or `cooling_since`, and is so no longer: left alone since then,
    -- its rank is the same, and only the threshold has risen. Of a rank moved by hand since then that is not true.
    SELECT 'cooling', found.lead_id, found.last_activity_at, found.rank, found.rank
    FROM whose CROSS JOIN (VALUES
        (%(hot)s::float8, %(hot_kept)s::float8, %(hot_left)s::float8),
        (%(warm)s::float8, %(warm_kept)s::float8, %(warm_left)s::float8)
    ) AS band (now, kept, gone)
    CROSS JOIN LATERAL (
        SELECT s.lead_id, s.last_activity_at, s.rank FROM leads_leadscore s
        WHERE s.{whose} = whose.id AND s.rank >= band.gone AND s.rank < band.kept
          AND s.rank >= band.now * power(
              2, -date_part('epoch', %(now)s - greatest(s.last_activity_at, %(cooling_since)s)) / %(half_life)s)
          AND s.stage = ANY(%(open)s)
          AND (%(teams)s::bigint[] IS NULL OR s.team_id = ANY(%(teams)s::bigint[]))
          AND NOT EXISTS (
              SELECT FROM leads_activity a
              WHERE a.lead_id = s.lead_id AND a.type = 24 AND a.received_at >= %(cooling_since)s)
        ORDER BY s.rank DESC LIMIT %(limit)s
    ) found
    ORDER BY found.rank DESC, found.lead_id LIMIT %(limit)s
)
UNION ALL
(
    SELECT 'hottest', found.lead_id, found.last_activity_at, found.rank, found.rank
    FROM whose CROSS JOIN LATERAL (
        SELECT s.lead_id, s.last_activity_at, s.rank FROM leads_leadscore s
        WHERE s.{whose} = whose.id AND s.rank >= %(warm)s AND s.stage = ANY(%(open)s)
          AND (%(teams)s::bigint[] IS NULL OR s.team_id = ANY(%(teams)s::bigint[]))
        ORDER BY s.rank DESC LIMIT %(limit)s
    ) found
    ORDER BY found.rank DESC, found.lead_id LIMIT %(limit)s
)
