-- Deliveries, newest first, a page.
SELECT guid, event, action, state, source, received_at, job_id, repository, reason_code, reason_message
  FROM delivery
 WHERE (:#state = '' OR state = :#state) AND (:#repository = '' OR repository = :#repository)
   AND received_at <= :#number AND (received_at < :#number OR guid < :#text)
 ORDER BY received_at DESC, guid DESC LIMIT :#limit
