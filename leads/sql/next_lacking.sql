-- Whether a lead of the present table is missing in the new one.
SELECT EXISTS (
    SELECT FROM leads_leadscore s JOIN leads_lead l ON l.id = s.lead_id
    WHERE NOT EXISTS (SELECT FROM {next} n WHERE n.lead_id = s.lead_id)
)
