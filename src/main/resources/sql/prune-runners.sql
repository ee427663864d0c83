-- Runners that ended long ago and left nothing behind, a few at a time.
DELETE FROM runner
 WHERE name IN (SELECT name FROM runner
                 WHERE ended_at < :#now - :#retention AND state NOT IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED')
                   AND registration <> 'DELETE' AND sandbox <> 'RUNNING' ORDER BY ended_at LIMIT 500)
