-- Jobs whose run was read are served, or refused when it brings the code of a fork; so are those that were stored meanwhile. A private repository's job whose run GitHub does not show is served all the same: only people with access could have forked it.
UPDATE job
   SET state = CASE WHEN r.fork = 1 THEN 'REFUSED' ELSE 'QUEUED' END,
       reason_code = CASE WHEN r.fork = 1 THEN 'repository_fork' END,
       reason_message = CASE WHEN r.fork = 1 THEN :#forkMessage END,
       updated_at = :#now
  FROM run r
 WHERE r.run_id = job.run_id AND job.state = 'CHECKING'
   AND (r.fork IS NOT NULL OR job.reason_code = 'run_unread' AND r.attempts >= 2 AND r.look_until <= :#now)
RETURNING job.job_id, job.state, job.repository
