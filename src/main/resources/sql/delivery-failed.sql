-- Counts a failed attempt. One that failed alone and often enough is dead: it waits for people, not for a retry.
UPDATE delivery
   SET attempts = attempts + 1, lease_owner = NULL, lease_until = 0, next_attempt_at = :#now + :#retryInitial,
       state = CASE WHEN attempts >= 4 THEN 'DEAD' ELSE state END,
       reason_code = CASE WHEN attempts >= 4 THEN 'cannot_be_processed' ELSE reason_code END,
       reason_message = CASE WHEN attempts >= 4 THEN :#cause ELSE reason_message END
 WHERE guid IN (:#in:guids) AND state = 'NEW'
RETURNING guid, state, attempts, job_id
