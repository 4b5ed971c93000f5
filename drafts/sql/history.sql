-- What a lead did, what people noted, what it has got from us, and whether mail to it is held back: read
-- together, because a draft asks twice and each question is a round trip.
SELECT
    (
        SELECT json_agg(json_build_array(type, occurred_at, properties, times) ORDER BY occurred_at DESC)
        FROM (
            SELECT DISTINCT ON (type) type, occurred_at, properties, count(*) OVER (PARTITION BY type) AS times
            FROM (
                SELECT type, occurred_at, properties FROM leads_activity
                WHERE lead_id = %(lead)s AND occurred_at >= %(since)s AND type = ANY(%(types)s)
                ORDER BY occurred_at DESC LIMIT %(most_activities)s
            ) AS latest
            ORDER BY type, occurred_at DESC
        ) AS of_each_kind
    ),
    (
        SELECT json_agg(json_build_array(body, created_at) ORDER BY created_at DESC)
        FROM (
            SELECT body, created_at FROM leads_note WHERE lead_id = %(lead)s
            ORDER BY created_at DESC LIMIT %(most_notes)s
        ) AS notes
    ),
    EXISTS (
        SELECT 1 FROM drafts_suppression
        WHERE lower(email) = %(address)s AND email <> '' AND (team_id = %(team)s OR team_id IS NULL)
    ),
    (
        SELECT json_agg(json_build_array(subject, body, claims) ORDER BY place)
        FROM (
            SELECT draft.subject, draft.body, draft.claims,
                   row_number() OVER (ORDER BY sent.sent_at DESC, sent.id DESC) AS place
            FROM drafts_delivery AS sent JOIN drafts_draft AS draft ON draft.id = sent.draft_id
            WHERE sent.lead_id = %(lead)s AND sent.status = 'sent'
                AND sent.draft_id IS DISTINCT FROM %(besides)s
            ORDER BY place LIMIT %(most_mails)s
        ) AS mails
    )
