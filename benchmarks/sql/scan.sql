-- The floor: every row of the score table is read once, nothing is computed.
SELECT count(acc) FROM leads_leadscore
