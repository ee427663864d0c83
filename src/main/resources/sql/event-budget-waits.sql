-- Tells every queued job that a spent budget holds back why it waits, once for each period.
INSERT INTO event (id, at, job_id, what, detail)
SELECT 'budget-' || cast(j.job_id AS varchar(20)) || '-' || cast(max(b.until_at) AS varchar(20)), :#now, j.job_id, 'parked', min(b.message)
  FROM budget b CROSS JOIN job j
 WHERE b.level = 2 AND j.state = 'QUEUED' AND lower(j.repository) LIKE b.pattern ESCAPE '!'
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.minted_for = j.job_id)
 GROUP BY j.job_id
ON CONFLICT (id) DO NOTHING
