-- GitHub left the job queued under a run that has ended: nobody will ever run it.
UPDATE job
   SET state = 'COMPLETED', job_rank = 3, conclusion = :#conclusion, completed_at = :#now, updated_at = :#now,
       reason_code = 'run_completed', reason_message = 'GitHub left the job queued though its run has ended.'
 WHERE job_id = :#job_id AND state IN ('WAITING', 'CHECKING', 'QUEUED', 'BLOCKED_UPSTREAM')
RETURNING job_id, state, repository
