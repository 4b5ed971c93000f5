-- Leads that have gone since they were copied. The counts, which cost little, say no first.
DELETE FROM {next} n
WHERE (SELECT count(*) FROM {next}) > (SELECT count(*) FROM leads_lead)
  AND NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = n.lead_id)
