-- Private repositories' jobs whose run GitHub does not show are served all the same: only people with access could have forked them.
UPDATE job SET state = 'QUEUED', reason_code = NULL, reason_message = NULL, updated_at = :#now
 WHERE state = 'CHECKING' AND reason_code = 'run_unread'
   AND run_id IN (SELECT run_id FROM run WHERE fork IS NULL AND attempts >= 2 AND look_until <= :#now)
RETURNING job_id, state, repository
