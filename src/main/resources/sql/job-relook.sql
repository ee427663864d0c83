-- Jobs that had a runner already and need another: GitHub is asked about them now, as many as their pools lack runners, while there is room for one. Repeated, it changes nothing.
WITH room AS (
  SELECT :#maxRunners - count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING'),
supply AS (
  SELECT pool, count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED') OR state IN ('LAUNCHED', 'ONLINE') AND deadline_at > :#now - :#bootDeadline
   GROUP BY pool),
demand AS (
  SELECT j.pool, count(*) AS n FROM room CROSS JOIN job j WHERE room.n > 0 AND j.state = 'QUEUED' GROUP BY j.pool),
unseen AS (
  SELECT j.job_id, j.pool, row_number() OVER (PARTITION BY j.pool ORDER BY j.queued_at, j.job_id) AS place
    FROM room CROSS JOIN job j
   WHERE room.n > 0 AND j.state = 'QUEUED'
     AND EXISTS (SELECT 1 FROM runner r WHERE r.minted_for = j.job_id AND r.created_at >= j.looked_at))
UPDATE job SET check_at = :#now
 WHERE check_at > :#now AND look_until <= :#now AND state = 'QUEUED'
   AND job_id IN (
    SELECT u.job_id FROM unseen u JOIN demand d ON d.pool = u.pool LEFT JOIN supply s ON s.pool = u.pool
     WHERE u.place <= d.n - coalesce(s.n, 0))
