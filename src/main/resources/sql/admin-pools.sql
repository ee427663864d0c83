-- Demand and supply of every pool that has either, and why one has to wait: by name, a page. One whose wait has a reason is waiting, one with fewer runners than jobs is short.
SELECT pool, state, demand, supply, busy, reason_code, reason_message, attempts, since, retry_at FROM (
  SELECT names.pool, CASE WHEN p.pool IS NOT NULL THEN 'WAITING' WHEN coalesce(d.n, 0) > coalesce(s.n, 0) THEN 'SHORT' ELSE 'SERVED' END AS state,
         coalesce(d.n, 0) AS demand, coalesce(s.n, 0) AS supply, coalesce(b.n, 0) AS busy,
         p.reason_code, p.reason_message, p.attempts, p.since, p.retry_at
    FROM (SELECT pool FROM job WHERE state = 'QUEUED' AND (:#repository = '' OR repository = :#repository)
          UNION SELECT pool FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND (:#repository = '' OR repository = :#repository)
          UNION SELECT pool FROM runner WHERE state IN ('BUSY', 'EXITED', 'DEAD') AND state = 'BUSY' AND (:#repository = '' OR repository = :#repository)
          UNION SELECT pool FROM pool WHERE :#repository = '') AS names
    LEFT JOIN (SELECT pool, count(*) AS n FROM job WHERE state = 'QUEUED' GROUP BY pool) AS d ON d.pool = names.pool
    LEFT JOIN (SELECT pool, count(*) AS n FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY pool) AS s ON s.pool = names.pool
    LEFT JOIN (SELECT pool, count(*) AS n FROM runner WHERE state IN ('BUSY', 'EXITED', 'DEAD') AND state = 'BUSY' GROUP BY pool) AS b ON b.pool = names.pool
    LEFT JOIN pool p ON p.pool = names.pool) AS pools
 WHERE (:#state = '' OR state = :#state) AND pool > :#text
 ORDER BY pool LIMIT :#limit
