-- The sandbox runs, at the price that its profile has now. A runner that GitHub already called busy or done stays so. Answers until when its pool waits, if it does.
UPDATE runner
   SET state = CASE WHEN state IN ('INTENT', 'MINTED') THEN 'LAUNCHED' ELSE state END,
       deadline_at = CASE WHEN state IN ('INTENT', 'MINTED') THEN :#now + :#bootDeadline ELSE deadline_at END,
       sandbox = CASE sandbox WHEN 'GONE' THEN 'GONE' ELSE 'RUNNING' END, sandbox_id = :#sandbox_id, launched_at = :#now,
       price = (SELECT p.price FROM profile p WHERE p.name = runner.profile), lease_owner = NULL, lease_until = 0
 WHERE name = :#name
RETURNING (SELECT p.retry_at FROM pool p WHERE p.pool = runner.pool) AS waits
