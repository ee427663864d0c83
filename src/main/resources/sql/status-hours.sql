-- What became of the jobs of the last 24 hours, by hour: those that ran here, and those that ended without a runner.
SELECT completed_at / 3600000 AS hour,
       CASE WHEN runner_name IS NULL THEN 'unserved' WHEN conclusion = 'success' THEN 'succeeded' ELSE 'failed' END AS outcome, count(*) AS n
  FROM job WHERE state = 'COMPLETED' AND completed_at > :#now - 86400000
 GROUP BY completed_at / 3600000, CASE WHEN runner_name IS NULL THEN 'unserved' WHEN conclusion = 'success' THEN 'succeeded' ELSE 'failed' END
