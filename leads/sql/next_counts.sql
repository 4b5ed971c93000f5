-- Rows of the new table, rows of the present one, leads: what a comparison lead by lead can be spared by.
SELECT (SELECT count(*) FROM {next}), (SELECT count(*) FROM leads_leadscore), (SELECT count(*) FROM leads_lead)
