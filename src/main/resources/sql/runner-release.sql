-- Nothing was done for this intent: it keeps its name and comes again.
UPDATE runner SET lease_owner = NULL, lease_until = 0, next_attempt_at = :#now + :#backoffFirst
 WHERE name = :#name AND state = 'INTENT'
