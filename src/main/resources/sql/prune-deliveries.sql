-- Old deliveries, a few at a time.
DELETE FROM delivery WHERE guid IN (SELECT guid FROM delivery WHERE state <> 'NEW' AND received_at < :#now - :#retention LIMIT 500)
