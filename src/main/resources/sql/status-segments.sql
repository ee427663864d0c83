-- What the way to a runner took, in milliseconds, at the middle and at the slow end: the runners of a day that found a job, the latest 500.
WITH latest AS (
  SELECT r.*, j.queued_at, j.first_seen_at
    FROM (SELECT * FROM runner WHERE created_at > :#now - 86400000 ORDER BY created_at DESC, name LIMIT 500) AS r
    LEFT JOIN job j ON j.job_id = r.minted_for
   WHERE r.busy_at IS NOT NULL),
span AS (
  SELECT 'delivery' AS segment, first_seen_at - queued_at AS ms FROM latest
  UNION ALL SELECT 'queue', created_at - first_seen_at FROM latest
  UNION ALL SELECT 'pacing', claimed_at - created_at FROM latest
  UNION ALL SELECT 'mint', minted_at - claimed_at FROM latest
  UNION ALL SELECT 'create', launched_at - minted_at FROM latest
  UNION ALL SELECT 'boot', coalesce(online_at, busy_at) - launched_at FROM latest
  UNION ALL SELECT 'assignment', busy_at - online_at FROM latest
  UNION ALL SELECT 'total', busy_at - queued_at FROM latest),
placed AS (
  SELECT segment, CASE WHEN ms < 0 THEN 0 ELSE ms END AS ms,
         row_number() OVER (PARTITION BY segment ORDER BY ms) AS place, count(*) OVER (PARTITION BY segment) AS n
    FROM span WHERE ms IS NOT NULL)
SELECT segment, max(n) AS n, min(CASE WHEN place * 2 >= n THEN ms END) AS p50, min(CASE WHEN place * 20 >= n * 19 THEN ms END) AS p95
  FROM placed GROUP BY segment
