-- The deliveries to apply next. One process and one consumer work on a SQLite ledger, so nothing needs to be marked. One that failed before comes alone, so that it spoils no other.
SELECT guid, attempts FROM (
  SELECT guid, attempts, received_at, row_number() OVER (ORDER BY attempts, received_at, guid) AS place
    FROM delivery WHERE state = 'NEW' AND next_attempt_at <= :#now) AS due
 WHERE attempts = 0 OR place = 1
 ORDER BY place LIMIT :#batch
