-- The jobs that wait, longest first, those that run, and the latest that ended; a page of each.
SELECT job_id, run_id, run_attempt, repository, name, workflow, branch, labels, state, reason_code, reason_message, pool, profile,
       runner_name AS runner, conclusion, queued_at, started_at, completed_at, updated_at
  FROM job_view WHERE job_id IN (
  SELECT job_id FROM (
    SELECT job_id FROM job
     WHERE state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') AND state <> 'IN_PROGRESS'
     ORDER BY queued_at, job_id LIMIT 50) AS waiting
  UNION ALL
  SELECT job_id FROM (
    SELECT job_id FROM job
     WHERE state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') AND state = 'IN_PROGRESS'
     ORDER BY started_at DESC, job_id LIMIT 50) AS running
  UNION ALL
  SELECT job_id FROM (
    SELECT job_id FROM job WHERE state IN ('COMPLETED', 'REFUSED', 'DEAD') ORDER BY updated_at DESC LIMIT 20) AS ended)
 ORDER BY queued_at, job_id
