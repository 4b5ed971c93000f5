-- How the activities spread over the leads that have any.
WITH counts AS (SELECT count(*) AS number FROM leads_activity GROUP BY lead_id)
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY number), percentile_disc(0.9) WITHIN GROUP (ORDER BY number),
       percentile_disc(0.99) WITHIN GROUP (ORDER BY number), max(number), count(*)
FROM counts
