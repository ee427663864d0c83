-- Gives a name up: its registration, if there is one, is to be removed, and the pool decides anew.
UPDATE runner
   SET state = 'DEAD', cause = :#message, registration = 'DELETE', ended_at = :#now, lease_owner = NULL, lease_until = 0, next_attempt_at = :#now
 WHERE name = :#name AND state IN ('INTENT', 'MINTED')
