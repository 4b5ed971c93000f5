-- The same leads at each look: as many as `size`, in the order of a hash of their ids.
SELECT lead_id FROM leads_leadscore ORDER BY hashint8extended(lead_id, %(seed)s), lead_id LIMIT %(size)s
