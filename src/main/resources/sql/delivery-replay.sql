-- Puts a dead or quarantined delivery back, to be judged afresh; nothing else can be replayed.
UPDATE delivery SET state = 'NEW', attempts = 0, next_attempt_at = 0, lease_until = 0, reason_code = NULL, reason_message = NULL
 WHERE guid = :#guid AND state = 'DEAD' RETURNING guid
