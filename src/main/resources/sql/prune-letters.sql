-- Old letters that were put back, a few at a time; the others wait for somebody.
DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE replayed_at < :#now - :#retention LIMIT 500)
