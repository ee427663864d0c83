-- Jobs that had a runner already and need another: GitHub is asked about them now, as many as their pools lack runners, while there is room for one. Repeated, it changes nothing.
WITH room AS (
  SELECT :#maxRunners - count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING'),
supply AS (
  SELECT pool, count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND (state IN ('INTENT', 'MINTED') OR deadline_at > :#now - :#bootDeadline)
   GROUP BY pool),
demand AS (
  SELECT j.pool, count(*) AS n FROM room CROSS JOIN job j WHERE room.n > 0 AND j.state = 'QUEUED' GROUP BY j.pool),
short AS (
  SELECT d.pool, d.n - coalesce(s.n, 0) AS missing FROM demand d LEFT JOIN supply s ON s.pool = d.pool
   WHERE d.n > coalesce(s.n, 0)),
unseen AS (
  SELECT j.job_id, s.missing, row_number() OVER (PARTITION BY j.pool ORDER BY j.queued_at, j.job_id) AS place
    FROM short s CROSS JOIN job j
   WHERE j.pool = s.pool AND j.state = 'QUEUED'
     AND EXISTS (SELECT 1 FROM runner r WHERE r.minted_for = j.job_id AND r.created_at >= j.looked_at))
UPDATE job SET check_at = :#now
 WHERE check_at > :#now AND look_until <= :#now AND state = 'QUEUED'
   AND job_id IN (SELECT job_id FROM unseen WHERE place <= missing)
