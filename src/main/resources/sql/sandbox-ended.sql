-- Runners that were given up and whose sandbox two complete listings in a row did not show: it has ended, whatever becomes of their registration.
UPDATE runner SET sandbox = 'GONE', ended_at = coalesce(ended_at, :#now)
 WHERE sandbox = 'RUNNING' AND state = 'DEAD' AND coalesce(launched_at, created_at) < :#before_at
   AND :#before_at > 0
   AND NOT EXISTS (SELECT 1 FROM sandbox s WHERE s.name = runner.name AND s.seen_at >= :#before_at)
RETURNING name, repository, state
