CREATE TEMPORARY TABLE IF NOT EXISTS leads_incoming (
    lead_id bigint, source text, external_id text, type smallint, occurred_at timestamptz, properties text,
    delivery_id bigint, actor_id bigint
) ON COMMIT DELETE ROWS
