SELECT sum(rank) FROM leads_leadscore WHERE rank > 0
