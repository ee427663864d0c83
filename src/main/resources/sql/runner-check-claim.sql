-- Runners that should have come online, or found a job, by now; that have been busy for long; or whose sandbox is missing from the listings. Each comes again until somebody knows.
UPDATE runner SET next_attempt_at = :#now + :#askAgain
 WHERE name IN (SELECT name FROM runner
                 WHERE state IN ('LAUNCHED', 'ONLINE', 'BUSY') AND deadline_at <= :#now AND next_attempt_at <= :#now
                 ORDER BY next_attempt_at, name LIMIT 20)
   AND state IN ('LAUNCHED', 'ONLINE', 'BUSY') AND deadline_at <= :#now AND next_attempt_at <= :#now
RETURNING name, pool, repository, profile, installation_id, minted_for, job_id, registration, registration_id, sandbox_id, state, deadline_at,
          (SELECT j.state FROM job j WHERE j.job_id = runner.job_id) AS job_state
