-- Runners whose job has ended and whose sandbox was not seen to end.
UPDATE runner SET next_attempt_at = :#now + 10000
 WHERE name IN (SELECT name FROM runner WHERE state = 'EXITED' AND next_attempt_at <= :#now ORDER BY next_attempt_at, name LIMIT 50)
   AND state = 'EXITED' AND next_attempt_at <= :#now
RETURNING name, pool, repository, minted_for, job_id, sandbox_id, deadline_at
