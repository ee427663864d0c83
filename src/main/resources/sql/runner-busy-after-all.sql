-- GitHub refuses to remove the registration since the runner has a job: it lives.
UPDATE runner
   SET registration = 'HELD', state = CASE state WHEN 'DEAD' THEN 'BUSY' ELSE state END, busy_at = coalesce(busy_at, :#now),
       ended_at = NULL, deadline_at = :#never
 WHERE name = :#name AND registration = 'DELETE'
