-- Drops intents that no queued job needs any more (it ended, or another runner took it), the latest first. Nothing was asked of GitHub or Modal for them.
WITH surplus AS (
  SELECT f.pool,
         (SELECT count(*) FROM runner r
           WHERE r.pool = f.pool AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE')
             AND (r.state IN ('INTENT', 'MINTED') OR r.deadline_at > :#now - :#bootDeadline))
         - (SELECT count(*) FROM job j WHERE j.state = 'QUEUED' AND j.pool = f.pool) AS n
    FROM (SELECT DISTINCT i.pool FROM runner i WHERE i.state = 'INTENT' AND i.lease_owner IS NULL) AS f)
DELETE FROM runner
 WHERE name IN (
  SELECT name FROM (
    SELECT r.name, s.n, row_number() OVER (PARTITION BY r.pool ORDER BY r.created_at DESC, r.turn DESC, r.name DESC) AS place
      FROM surplus s JOIN runner r ON r.pool = s.pool
     WHERE s.n > 0 AND r.state = 'INTENT' AND r.lease_owner IS NULL) AS latest
   WHERE place <= n)
   AND state = 'INTENT' AND lease_owner IS NULL
RETURNING name
