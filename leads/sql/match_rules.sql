SELECT {matches} FROM leads_lead l JOIN leads_company c ON c.id = l.company_id WHERE l.id = %(lead_id)s
