-- What a look at GitHub and at the sandbox says of a runner, unless an event moved it meanwhile.
UPDATE runner
   SET state = :#new_state, cause = :#new_cause, registration = :#new_registration, sandbox = :#new_sandbox, deadline_at = :#new_deadline,
       busy_at = CASE WHEN :#new_state = 'BUSY' THEN coalesce(busy_at, :#now) ELSE busy_at END,
       online_at = CASE WHEN :#new_state = 'ONLINE' THEN coalesce(online_at, :#now) ELSE online_at END,
       exited_at = CASE WHEN :#new_state = 'EXITED' THEN coalesce(exited_at, :#now) ELSE exited_at END,
       ended_at = CASE WHEN :#new_state IN ('DEAD', 'GONE') THEN :#now END, next_attempt_at = :#now
 WHERE name = :#name AND state = :#state
RETURNING name, pool, repository, state, cause, profile, minted_for
