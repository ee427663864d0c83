-- Pools whose credential waits for a limit of GitHub wait as long, and say so.
INSERT INTO pool (pool, attempts, since, retry_at, reason_code, reason_message)
SELECT j.pool, 1, :#now, max(c.paused_until), 'github_rate_limited', 'GitHub''s rate limit is used up for these credentials.'
  FROM pace c CROSS JOIN job j
 WHERE c.paused_until > :#now AND j.state = 'QUEUED'
   AND c.name = CASE WHEN :#byInstallation = 1 THEN coalesce(cast(j.installation_id AS varchar(20)), 'token') ELSE 'token' END
 GROUP BY j.pool
ON CONFLICT (pool) DO UPDATE SET retry_at = excluded.retry_at, reason_code = excluded.reason_code, reason_message = excluded.reason_message
WHERE pool.retry_at < excluded.retry_at
