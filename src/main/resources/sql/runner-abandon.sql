-- An intent whose lease ran out: its mint may have reached GitHub, so the name is given up and its registration removed.
UPDATE runner
   SET state = 'DEAD', cause = 'The gateway stopped while it minted this runner.', registration = 'DELETE', ended_at = :#now,
       lease_owner = NULL, lease_until = 0, next_attempt_at = :#now
 WHERE state = 'INTENT' AND lease_owner IS NOT NULL AND lease_until <= :#now
RETURNING name, state, repository
