-- One dead letter, and whether its job still wants a runner.
SELECT l.id, l.kind, l.subject, l.job_id, l.replayed_at, j.pool,
       CASE WHEN j.state IN ('WAITING', 'CHECKING', 'QUEUED', 'BLOCKED_UPSTREAM') THEN 1 ELSE 0 END AS wanted
  FROM dead_letter l LEFT JOIN job j ON j.job_id = l.job_id WHERE l.id = :#letter
