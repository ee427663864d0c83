-- The jobs of a run that was read are served, or refused when it brings the code of a fork.
UPDATE job
   SET state = CASE WHEN :#fork = 1 THEN 'REFUSED' ELSE 'QUEUED' END,
       reason_code = CASE WHEN :#fork = 1 THEN 'repository_fork' END,
       reason_message = CASE WHEN :#fork = 1 THEN :#forkMessage END,
       updated_at = :#now
 WHERE run_id = :#run_id AND state = 'CHECKING'
RETURNING job_id, state, repository
