UPDATE leads_lead l
SET search_text = names.text, search_grams = string_to_array(names.grams, chr(1))
FROM unnest(%(ids)s::bigint[], %(texts)s::text[], %(grams)s::text[]) AS names (id, text, grams)
WHERE l.id = names.id
