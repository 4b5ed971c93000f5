-- Leads whose row was written by a transaction that the last look may have missed. The moment of a change would
-- not do: it is stamped before the commit.
CREATE TEMPORARY TABLE leads_changed ON COMMIT DROP AS
SELECT lead_id FROM leads_leadscore WHERE age(xmin) <= age(%(seen)s::text::xid8::xid)
