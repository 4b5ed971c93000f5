
UNION
SELECT id FROM leads_lead WHERE age(xmin) <= age(%(seen)s::text::xid8::xid)
UNION
SELECT l.id FROM leads_company c JOIN leads_lead l ON l.company_id = c.id
WHERE age(c.xmin) <= age(%(seen)s::text::xid8::xid)
