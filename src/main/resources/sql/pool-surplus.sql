-- Drops intents that no queued job needs (it ended, or another runner took it), the latest first; those of pools and images that wait, so that they take no place from others; and all but one of a pool or an image that is probed. Nothing was asked of GitHub or Modal for them, and their jobs come again.
WITH standing AS (
  SELECT r.pool, min(r.profile) AS profile,
         sum(CASE WHEN r.state = 'INTENT' AND r.lease_owner IS NULL THEN 0 ELSE 1 END) AS n,
         sum(CASE WHEN r.state = 'INTENT' AND r.lease_owner IS NOT NULL OR r.state = 'MINTED' THEN 1 ELSE 0 END) AS coming
    FROM runner r
   WHERE r.pool IN (SELECT i.pool FROM runner i WHERE i.state = 'INTENT' AND i.lease_owner IS NULL)
     AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND (r.state IN ('INTENT', 'MINTED') OR r.deadline_at > :#now - :#bootDeadline)
   GROUP BY r.pool),
allowed AS (
  SELECT s.pool, m.image, (SELECT count(*) FROM job j WHERE j.state = 'QUEUED' AND j.pool = s.pool) - s.n AS n,
         CASE WHEN coalesce(p.retry_at, 0) > :#now OR coalesce(m.retry_at, 0) > :#now OR s.coming > 0 THEN 0 ELSE 1 END AS probes,
         CASE WHEN p.pool IS NULL AND m.image IS NULL THEN 0 ELSE 1 END AS probed
    FROM standing s LEFT JOIN pool p ON p.pool = s.pool
    LEFT JOIN profile f ON f.name = s.profile LEFT JOIN image m ON m.image = f.image)
DELETE FROM runner
 WHERE name IN (
  SELECT name FROM (
    SELECT r.name, a.image, a.n, a.probes, a.probed, row_number() OVER (PARTITION BY r.pool ORDER BY r.created_at, r.turn, r.name) AS place,
           row_number() OVER (PARTITION BY a.image ORDER BY r.created_at, r.turn, r.name) AS in_image
      FROM allowed a JOIN runner r ON r.pool = a.pool
     WHERE r.state = 'INTENT' AND r.lease_owner IS NULL) AS earliest
   WHERE place > n OR probed = 1 AND place > probes OR image IS NOT NULL AND in_image > 1)
   AND state = 'INTENT' AND lease_owner IS NULL
RETURNING name
