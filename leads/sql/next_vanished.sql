-- Leads that have gone since they were copied.
DELETE FROM {next} n WHERE NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = n.lead_id)
