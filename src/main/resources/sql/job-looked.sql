-- GitHub says that the job is where it was: it is looked at again later. One that stood queued beside an idle matching runner twice is blocked upstream; at the next look it gets another chance, and keeps the reason meanwhile.
UPDATE job
   SET checks = checks + 1, looked_at = :#now, look_until = 0, blocked = :#new_blocked, state = :#new_state, check_at = :#now + :#next_check,
       reason_code = CASE WHEN :#new_blocked > 0 THEN 'blocked_upstream' WHEN state = 'CHECKING' THEN reason_code END,
       reason_message = CASE WHEN :#new_blocked > 0 THEN 'GitHub keeps the job queued though a matching runner waits for it: no further sandbox would help. Cancel and re-run it at GitHub, or wait.'
                             WHEN state = 'CHECKING' THEN reason_message END
 WHERE job_id = :#job_id AND state = :#state
RETURNING job_id, state, repository
