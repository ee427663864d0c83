-- A pool that failed waits before it is tried again, longer each time; then a single runner probes it. Failures within one wait count once. A named wait is the least; what is named again and again grows to a minute.
INSERT INTO pool (pool, attempts, since, retry_at, reason_code, reason_message)
VALUES (:#pool, 1, :#now, :#now + CASE WHEN :#wait > 0 THEN :#wait ELSE :#backoffFirst END, :#code, :#message)
ON CONFLICT (pool) DO UPDATE SET
  attempts = pool.attempts + 1,
  retry_at = :#now + (
    SELECT CASE WHEN :#wait > d.delay THEN :#wait WHEN :#wait > 0 AND d.delay > 60000 THEN CASE WHEN :#wait > 60000 THEN :#wait ELSE 60000 END
                WHEN d.delay > :#retryMax THEN :#retryMax ELSE d.delay END
      FROM (SELECT floor(:#backoffFirst * power(2, CASE WHEN pool.attempts > 20 THEN 20 ELSE pool.attempts END)) AS delay) AS d),
  reason_code = excluded.reason_code, reason_message = excluded.reason_message
WHERE pool.retry_at <= :#now
