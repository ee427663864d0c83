-- The pool decision: one intent for each queued job that no runner of its pool answers for, as far as the limits and the pool's back-off allow, repositories in turn. A job that had a runner before gets another only after GitHub was asked about it. Repeated, it inserts nothing: supply counts what stands, and the name is the key.
WITH supply AS (
  SELECT pool, count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED') OR state IN ('LAUNCHED', 'ONLINE') AND deadline_at > :#now - :#bootDeadline
   GROUP BY pool),
used AS (
  SELECT repository, count(*) AS n FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING'
   GROUP BY repository),
minted AS (
  SELECT j.job_id, coalesce(max(r.seq), 0) AS seq,
         CASE WHEN max(r.created_at) >= max(j.looked_at) THEN 1 ELSE 0 END AS unseen
    FROM job j LEFT JOIN runner r ON r.minted_for = j.job_id
   WHERE j.state = 'QUEUED' GROUP BY j.job_id),
queued AS (
  SELECT j.job_id, j.pool, j.repository, j.labels, j.profile, j.installation_id, j.queued_at, m.seq, m.unseen,
         row_number() OVER (PARTITION BY j.pool ORDER BY m.unseen, m.seq, j.queued_at, j.job_id) AS in_pool,
         count(*) OVER (PARTITION BY j.pool) AS demand
    FROM job j JOIN minted m ON m.job_id = j.job_id WHERE j.state = 'QUEUED'),
wanted AS (
  SELECT q.*, row_number() OVER (PARTITION BY q.repository ORDER BY q.seq, q.queued_at, q.job_id) AS in_repository
    FROM queued q LEFT JOIN supply s ON s.pool = q.pool LEFT JOIN pool p ON p.pool = q.pool
   WHERE q.unseen = 0
     AND q.in_pool <= CASE WHEN p.retry_at > :#now THEN 0
                           WHEN p.attempts > 0 THEN 1 - coalesce(s.n, 0)
                           ELSE q.demand - coalesce(s.n, 0) END),
fair AS (
  SELECT w.*, row_number() OVER (ORDER BY coalesce(u.n, 0) + w.in_repository, w.queued_at, w.job_id) AS turn
    FROM wanted w LEFT JOIN used u ON u.repository = w.repository
   WHERE coalesce(u.n, 0) + w.in_repository <= :#maxRunnersPerRepository)
INSERT INTO runner (name, pool, repository, labels, profile, installation_id, minted_for, seq, state, turn, created_at, deadline_at)
SELECT :#instance || '-' || cast(job_id AS varchar(20)) || '-' || cast(seq + 1 AS varchar(10)),
       pool, repository, labels, profile, installation_id, job_id, seq + 1, 'INTENT', turn, :#now, :#never
  FROM fair
 WHERE turn <= :#maxRunners - (SELECT coalesce(sum(n), 0) FROM used)
ON CONFLICT (name) DO NOTHING
RETURNING name
