-- A pool that failed waits before it is tried again, longer each time; then a single runner probes it. Failures within one wait count once. A named wait goes before the exponential one.
INSERT INTO pool (pool, attempts, since, retry_at, reason_code, reason_message)
VALUES (:#pool, 1, :#now, :#now + CASE WHEN :#wait > 0 THEN :#wait ELSE :#backoffFirst END, :#code, :#message)
ON CONFLICT (pool) DO UPDATE SET
  attempts = pool.attempts + 1,
  retry_at = CASE WHEN :#wait > 0 THEN excluded.retry_at
                  WHEN :#backoffFirst * power(2, CASE WHEN pool.attempts > 20 THEN 20 ELSE pool.attempts END) > :#retryMax THEN :#now + :#retryMax
                  ELSE :#now + floor(:#backoffFirst * power(2, CASE WHEN pool.attempts > 20 THEN 20 ELSE pool.attempts END)) END,
  reason_code = excluded.reason_code, reason_message = excluded.reason_message
WHERE pool.retry_at <= :#now
