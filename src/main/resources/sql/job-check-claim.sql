-- Leases jobs that GitHub is to be asked about, most overdue first. A look that fails is repeated after the lease, and others go before it. While calls are scarce, only jobs that need another runner.
UPDATE job SET look_until = :#now + :#firstCheck, check_at = :#now + :#firstCheck
 WHERE job_id IN (SELECT j.job_id FROM job j
                   WHERE j.state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') AND j.check_at <= :#now AND j.look_until <= :#now
                     AND (:#scarce = 0 OR EXISTS (SELECT 1 FROM runner r WHERE r.minted_for = j.job_id AND r.created_at >= j.looked_at))
                   ORDER BY j.check_at, j.job_id LIMIT 50)
   AND look_until <= :#now
RETURNING job_id, run_id, run_attempt, repository, pool, state, checks, blocked, queued_at, event_at, installation_id
