-- Raw payloads that nobody needs any more, a few at a time.
UPDATE delivery SET body = NULL
 WHERE guid IN (SELECT guid FROM delivery WHERE body IS NOT NULL AND state <> 'NEW' AND received_at < :#now - :#bodyRetention LIMIT 500)
