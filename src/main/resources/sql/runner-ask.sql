-- Whether its sandbox runs is not known: the name is asked for, never sent again.
UPDATE runner SET lease_owner = NULL, lease_until = 0, next_attempt_at = :#now + :#askAfter
 WHERE name = :#name AND state = 'MINTED'
