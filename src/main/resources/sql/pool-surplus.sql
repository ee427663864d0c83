-- Drops intents that no queued job needs (it ended, or another runner took it), the latest first; those of pools that wait for more than a minute and of images that wait, so that they take no place from others; and all but one of an image that is probed. Nothing was asked of GitHub or Modal for them, and their jobs come again.
WITH standing AS (
  SELECT r.pool, min(r.profile) AS profile, sum(CASE WHEN r.state = 'INTENT' AND r.lease_owner IS NULL THEN 0 ELSE 1 END) AS n
    FROM runner r
   WHERE r.pool IN (SELECT i.pool FROM runner i WHERE i.state = 'INTENT' AND i.lease_owner IS NULL)
     AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND (r.state IN ('INTENT', 'MINTED') OR r.deadline_at > :#now - :#bootDeadline)
   GROUP BY r.pool),
allowed AS (
  SELECT s.pool, m.image,
         CASE WHEN p.retry_at > :#now + 60000 OR m.retry_at > :#now THEN 0
              ELSE (SELECT count(*) FROM job j WHERE j.state = 'QUEUED' AND j.pool = s.pool) - s.n END AS n
    FROM standing s LEFT JOIN pool p ON p.pool = s.pool
    LEFT JOIN profile f ON f.name = s.profile LEFT JOIN image m ON m.image = f.image)
DELETE FROM runner
 WHERE name IN (
  SELECT name FROM (
    SELECT r.name, a.image, a.n, row_number() OVER (PARTITION BY r.pool ORDER BY r.created_at, r.turn, r.name) AS place,
           row_number() OVER (PARTITION BY a.image ORDER BY r.created_at, r.turn, r.name) AS in_image
      FROM allowed a JOIN runner r ON r.pool = a.pool
     WHERE r.state = 'INTENT' AND r.lease_owner IS NULL) AS earliest
   WHERE place > n OR image IS NOT NULL AND in_image > 1)
   AND state = 'INTENT' AND lease_owner IS NULL
RETURNING name
