-- Whether a pool's wait is over and it has jobs that no runner answers for.
SELECT p.pool FROM pool p
 WHERE p.retry_at <= :#now
   AND EXISTS (SELECT 1 FROM job j WHERE j.pool = p.pool AND j.state = 'QUEUED')
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.pool = p.pool AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE'))
 LIMIT 1
