-- Leases the deliveries to apply next; a replica that dies leaves them to another when the lease ends. One that failed before comes alone, so that it spoils no other.
UPDATE delivery SET lease_owner = :#owner, lease_until = :#now + :#lease
 WHERE guid IN (
  SELECT guid FROM delivery
   WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now AND lease_until <= :#now
     AND (attempts = 0 OR guid = (SELECT guid FROM delivery WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now AND lease_until <= :#now ORDER BY attempts, received_at, guid LIMIT 1))
   ORDER BY attempts, received_at, guid LIMIT :#batch
   FOR UPDATE SKIP LOCKED)
RETURNING guid, attempts
