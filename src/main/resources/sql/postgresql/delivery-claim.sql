-- Leases the deliveries to apply next; a replica that dies leaves them to another when the lease ends. One that failed before comes alone, so that it spoils no other. Chosen once, before: a subquery with a lock may run again for each row, and then takes more than its limit.
WITH picked AS MATERIALIZED (
  SELECT guid FROM delivery
   WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now AND lease_until <= :#now
     AND (attempts = 0 OR guid = (SELECT guid FROM delivery WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now AND lease_until <= :#now ORDER BY attempts, received_at, guid LIMIT 1))
   ORDER BY attempts, received_at, guid LIMIT :#batch
   FOR UPDATE SKIP LOCKED)
UPDATE delivery SET lease_owner = :#owner, lease_until = :#now + :#lease
  FROM picked
 WHERE delivery.guid = picked.guid AND state = 'NEW' AND lease_until <= :#now
RETURNING delivery.guid, attempts
