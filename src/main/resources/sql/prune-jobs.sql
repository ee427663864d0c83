-- Jobs that ended long ago, a few at a time.
DELETE FROM job
 WHERE job_id IN (SELECT job_id FROM job
                   WHERE updated_at < :#now - :#retention AND state NOT IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') ORDER BY updated_at LIMIT 500)
