-- Demand and supply of every pool that has either, and why one has to wait.
SELECT names.pool, coalesce(d.n, 0) AS demand, coalesce(s.n, 0) AS supply, coalesce(b.n, 0) AS busy,
       p.attempts, p.since, p.retry_at, p.reason_code, p.reason_message
  FROM (SELECT pool FROM job WHERE state = 'QUEUED'
        UNION SELECT pool FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY')
        UNION SELECT pool FROM pool) AS names
  LEFT JOIN (SELECT pool, count(*) AS n FROM job WHERE state = 'QUEUED' GROUP BY pool) AS d ON d.pool = names.pool
  LEFT JOIN (SELECT pool, count(*) AS n FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY pool) AS s ON s.pool = names.pool
  LEFT JOIN (SELECT pool, count(*) AS n FROM runner WHERE state = 'BUSY' GROUP BY pool) AS b ON b.pool = names.pool
  LEFT JOIN pool p ON p.pool = names.pool
 ORDER BY names.pool
