-- The job of a runner whose sandbox has ended: its completed event may be lost.
UPDATE job SET check_at = :#now WHERE job_id = :#job_id AND state = 'IN_PROGRESS'
