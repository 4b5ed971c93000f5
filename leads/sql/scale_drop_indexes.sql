DROP INDEX lead_search_grams, lead_terms, activity_lead_time, activity_manual, activity_occurred_brin;
ALTER TABLE leads_activity DROP CONSTRAINT leads_activity_pkey;
