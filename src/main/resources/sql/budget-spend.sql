-- What the runners that were wanted in the current period of a budget cost so far. Repeated, it says the same.
INSERT INTO budget (name, pattern, usd, warn_usd, spent_usd, until_at, message, checked_at)
SELECT :#name, :#pattern, :#usd, :#warnUsd, coalesce(sum(millis * price) / 1000, 0), :#until, :#message, :#now
  FROM (SELECT coalesce(r.price, 0) AS price,
               CASE WHEN r.launched_at < coalesce(r.exited_at, r.ended_at, :#now) THEN coalesce(r.exited_at, r.ended_at, :#now) - r.launched_at ELSE 0 END AS millis
          FROM runner r LEFT JOIN job j ON j.job_id = r.job_id
         WHERE r.created_at >= :#since AND r.launched_at IS NOT NULL AND lower(coalesce(j.repository, r.repository)) LIKE :#pattern ESCAPE '!') AS used
 WHERE true
ON CONFLICT (name) DO UPDATE SET
  pattern = excluded.pattern, usd = excluded.usd, warn_usd = excluded.warn_usd, spent_usd = excluded.spent_usd, until_at = excluded.until_at,
  message = excluded.message, checked_at = excluded.checked_at
WHERE budget.checked_at <= excluded.checked_at
