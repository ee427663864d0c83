-- What was read of old runs, a few at a time.
DELETE FROM run WHERE run_id IN (SELECT run_id FROM run WHERE seen_at < :#now - :#retention LIMIT 500)
