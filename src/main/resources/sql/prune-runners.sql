-- Runners that ended long ago and left nothing behind, a few at a time.
DELETE FROM runner
 WHERE name IN (SELECT name FROM runner WHERE state IN ('GONE', 'DEAD') AND registration <> 'DELETE' AND sandbox <> 'RUNNING' AND ended_at < :#now - :#retention LIMIT 500)
