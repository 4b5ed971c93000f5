unnest(%(lead_id)s::bigint[], %(source)s::text[], %(external_id)s::text[], %(type)s::smallint[],
       %(occurred_at)s::timestamptz[], %(properties)s::text[], %(delivery_id)s::bigint[], %(actor_id)s::bigint[])
    AS incoming (lead_id, source, external_id, type, occurred_at, properties, delivery_id, actor_id)
