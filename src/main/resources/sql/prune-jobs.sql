-- Jobs that ended long ago, a few at a time.
DELETE FROM job WHERE job_id IN (SELECT job_id FROM job WHERE state IN ('COMPLETED', 'IGNORED', 'REFUSED', 'DEAD') AND updated_at < :#now - :#retention LIMIT 500)
