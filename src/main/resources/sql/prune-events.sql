-- Old entries of timelines, a few at a time. What people were told of a letter stays as long as the letter, or they would be told again.
DELETE FROM event
 WHERE id IN (SELECT id FROM event e
               WHERE e.at < :#now - :#retention
                 AND NOT (e.id LIKE 'notice-letter-%'
                          AND EXISTS (SELECT 1 FROM dead_letter d WHERE e.id = 'notice-letter-' || d.id || '-' || cast(d.parked_at AS varchar(20))))
               LIMIT 500)
