-- Jobs that GitHub is to be asked about, most overdue first. Each comes again after a while when the look fails.
UPDATE job SET check_at = :#now + :#firstCheck
 WHERE job_id IN (SELECT job_id FROM job
                   WHERE state IN ('WAITING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') AND check_at <= :#now
                   ORDER BY check_at, job_id LIMIT 20)
   AND check_at <= :#now
RETURNING job_id, run_id, run_attempt, repository, pool, state, checks, blocked, queued_at, installation_id
