-- Whether a wait is over that no event ends: of a pool with jobs that no runner answers for, or of a run that is to be read again.
SELECT 'pool' AS what FROM pool p
 WHERE p.retry_at <= :#now
   AND EXISTS (SELECT 1 FROM job j WHERE j.pool = p.pool AND j.state = 'QUEUED')
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.pool = p.pool AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE'))
UNION ALL
SELECT 'run' FROM job j LEFT JOIN run r ON r.run_id = j.run_id
 WHERE j.state = 'CHECKING' AND coalesce(r.look_until, 0) <= :#now
 LIMIT 1
