ALTER TABLE leads_activity ADD CONSTRAINT leads_activity_pkey PRIMARY KEY (lead_id, source, external_id);
CREATE INDEX activity_lead_time ON leads_activity (lead_id, occurred_at) INCLUDE (type);
CREATE INDEX activity_manual ON leads_activity (lead_id) WHERE type = 24;
CREATE INDEX activity_occurred_brin ON leads_activity USING brin (occurred_at) WITH (pages_per_range = 32);
CREATE INDEX lead_search_grams ON leads_lead USING gin (search_grams) WITH (fastupdate = off);
CREATE INDEX lead_terms ON leads_lead USING gin (leads_terms(attributes)) WITH (gin_pending_list_limit = 512);
