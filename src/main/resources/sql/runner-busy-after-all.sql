-- GitHub refuses to remove the registration since the runner has a job: it lives. One whose sandbox has ended is gone, and its registration is tried again until GitHub has noticed.
UPDATE runner
   SET registration = CASE sandbox WHEN 'GONE' THEN 'DELETE' ELSE 'HELD' END,
       state = CASE WHEN state <> 'DEAD' THEN state WHEN sandbox = 'GONE' THEN 'GONE' ELSE 'BUSY' END,
       busy_at = coalesce(busy_at, :#now),
       ended_at = CASE sandbox WHEN 'GONE' THEN coalesce(ended_at, :#now) END,
       deadline_at = :#now + :#slowCheck
 WHERE name = :#name AND registration = 'DELETE'
