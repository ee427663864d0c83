-- The deliveries to apply next. One process and one consumer work on a SQLite ledger, so nothing needs to be marked. One that failed before comes alone, so that it spoils no other.
SELECT guid, attempts FROM delivery
 WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now
   AND (attempts = 0 OR guid = (SELECT guid FROM delivery WHERE state = 'NEW' AND state <> 'DONE' AND next_attempt_at <= :#now ORDER BY attempts, received_at, guid LIMIT 1))
 ORDER BY attempts, received_at, guid LIMIT :#batch
