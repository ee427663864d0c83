-- Old entries of timelines and old letters that were put back, a few at a time.
DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < :#now - :#retention LIMIT 500)
