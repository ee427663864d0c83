-- Raw payloads that nobody needs any more, a few at a time; none stays longer than its delivery.
DELETE FROM payload
 WHERE (received_at, guid) IN (
  SELECT p.received_at, p.guid FROM payload p
   WHERE p.received_at < :#now - CASE WHEN :#bodyRetention < :#retention THEN :#bodyRetention ELSE :#retention END
     AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.guid = p.guid AND d.state = 'NEW')
   ORDER BY p.received_at LIMIT 500)
