-- Runners whose sandbox two complete listings in a row did not show: somebody looks at each.
UPDATE runner SET deadline_at = :#now, next_attempt_at = :#now
 WHERE sandbox = 'RUNNING' AND state IN ('LAUNCHED', 'ONLINE', 'BUSY') AND launched_at < :#before_at AND deadline_at > :#now
   AND :#before_at > 0
   AND NOT EXISTS (SELECT 1 FROM sandbox s WHERE s.name = runner.name AND s.seen_at >= :#before_at)
RETURNING name, repository, state
