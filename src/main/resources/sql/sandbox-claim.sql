-- Sandboxes of runners that are done or given up, once nothing is left to remove at GitHub. Each comes again until it was seen to end.
UPDATE runner SET next_attempt_at = :#now + :#askAgain
 WHERE name IN (SELECT name FROM runner
                 WHERE sandbox = 'RUNNING' AND state IN ('EXITED', 'DEAD') AND registration <> 'DELETE' AND next_attempt_at <= :#now
                 ORDER BY next_attempt_at, name LIMIT 50)
   AND sandbox = 'RUNNING' AND state IN ('EXITED', 'DEAD') AND registration <> 'DELETE' AND next_attempt_at <= :#now
RETURNING name, pool, repository, minted_for, job_id, sandbox_id, deadline_at
