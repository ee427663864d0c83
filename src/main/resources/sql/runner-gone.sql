-- The sandbox has ended; with it, a runner that did its job.
UPDATE runner
   SET sandbox = 'GONE', state = CASE state WHEN 'EXITED' THEN 'GONE' ELSE state END, ended_at = coalesce(ended_at, :#now)
 WHERE name = :#name AND state IN ('EXITED', 'DEAD')
