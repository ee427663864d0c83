-- The pool decision: one intent for each queued job that no runner of its pool answers for, as far as the limits and the budgets allow, repositories in turn. A pool that waits gets none, and one runner that probes it afterwards; so it is with those of an image whose runner version GitHub refused. A job that had a runner before gets another only after GitHub was asked about it. Repeated, it inserts nothing: supply counts what stands, and the name is the key.
WITH used AS (
  SELECT repository, count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING'
   GROUP BY repository),
room AS (
  SELECT :#maxRunners - coalesce(sum(n), 0) AS n FROM used),
supply AS (
  SELECT pool, count(*) AS n, sum(CASE WHEN state IN ('INTENT', 'MINTED') THEN 1 ELSE 0 END) AS coming FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND (state IN ('INTENT', 'MINTED') OR deadline_at > :#now - :#bootDeadline)
   GROUP BY pool),
demand AS (
  SELECT j.pool, min(j.profile) AS profile, count(*) AS n FROM room CROSS JOIN job j
   WHERE room.n > 0 AND j.state = 'QUEUED'
     AND NOT EXISTS (SELECT 1 FROM budget b WHERE b.level = 2 AND lower(j.repository) LIKE b.pattern ESCAPE '!')
   GROUP BY j.pool),
short AS (
  SELECT d.pool,
         CASE WHEN p.pool IS NULL AND m.image IS NULL THEN d.n - coalesce(s.n, 0)
              WHEN d.n > coalesce(s.n, 0) AND coalesce(s.coming, 0) = 0 THEN 1 ELSE 0 END AS missing
    FROM demand d LEFT JOIN supply s ON s.pool = d.pool LEFT JOIN pool p ON p.pool = d.pool
    LEFT JOIN profile f ON f.name = d.profile LEFT JOIN image m ON m.image = f.image
   WHERE coalesce(p.retry_at, 0) <= :#now AND coalesce(m.retry_at, 0) <= :#now
     AND (m.image IS NULL
          OR NOT EXISTS (SELECT 1 FROM runner x
                          WHERE x.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND x.state <> 'ONLINE'
                            AND x.profile IN (SELECT o.name FROM profile o WHERE o.image = m.image)))),
fresh AS (
  SELECT j.job_id, j.pool, j.repository, j.queued_at,
         row_number() OVER (PARTITION BY j.pool, j.repository ORDER BY j.queued_at, j.job_id) AS place
    FROM job j
   WHERE j.state = 'QUEUED' AND j.pool IN (SELECT pool FROM short WHERE missing > 0)
     AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.minted_for = j.job_id)
     AND NOT EXISTS (SELECT 1 FROM budget b WHERE b.level = 2 AND lower(j.repository) LIKE b.pattern ESCAPE '!')),
candidate AS (
  SELECT job_id, pool, repository, queued_at, 0 AS seq FROM fresh WHERE place <= (SELECT n FROM room)
  UNION ALL
  SELECT j.job_id, j.pool, j.repository, j.queued_at, max(r.seq)
    FROM job j JOIN runner r ON r.minted_for = j.job_id
   WHERE j.state = 'QUEUED' AND j.looked_at > 0 AND j.pool IN (SELECT pool FROM short WHERE missing > 0)
     AND NOT EXISTS (SELECT 1 FROM budget b WHERE b.level = 2 AND lower(j.repository) LIKE b.pattern ESCAPE '!')
   GROUP BY j.job_id, j.pool, j.repository, j.queued_at, j.looked_at
  HAVING max(r.created_at) < j.looked_at),
queued AS (
  SELECT c.*, s.missing, coalesce(u.n, 0) AS used,
         row_number() OVER (PARTITION BY c.pool, c.repository ORDER BY c.seq, c.queued_at, c.job_id) AS place
    FROM candidate c JOIN short s ON s.pool = c.pool LEFT JOIN used u ON u.repository = c.repository),
able AS (
  SELECT q.*, row_number() OVER (PARTITION BY q.pool ORDER BY q.seq, q.queued_at, q.job_id) AS in_pool
    FROM queued q WHERE q.used + q.place <= :#maxRunnersPerRepository),
wanted AS (
  SELECT a.*, row_number() OVER (PARTITION BY a.repository ORDER BY a.seq, a.queued_at, a.job_id) AS in_repository
    FROM able a WHERE a.in_pool <= a.missing),
fair AS (
  SELECT w.*, row_number() OVER (ORDER BY w.used + w.in_repository, w.queued_at, w.job_id) AS turn
    FROM wanted w WHERE w.used + w.in_repository <= :#maxRunnersPerRepository)
INSERT INTO runner (name, pool, repository, labels, profile, installation_id, credential, minted_for, seq, state, turn, created_at, deadline_at)
SELECT :#instance || '-' || cast(f.job_id AS varchar(20)) || '-' || cast(f.seq + 1 AS varchar(10)),
       j.pool, j.repository, j.labels, j.profile, j.installation_id,
       CASE WHEN :#byInstallation = 1 THEN coalesce(cast(j.installation_id AS varchar(20)), 'token') ELSE 'token' END, j.job_id, f.seq + 1, 'INTENT', f.turn, :#now, :#never
  FROM fair f JOIN job j ON j.job_id = f.job_id
 WHERE f.turn <= (SELECT n FROM room)
ON CONFLICT (name) DO NOTHING
RETURNING name
