-- Deliveries, newest first, a page.
SELECT guid, event, action, state, source, received_at, job_id, repository, reason_code, reason_message FROM delivery
 WHERE (:#state = '' OR state = :#state) AND received_at < :#cursor
 ORDER BY received_at DESC, guid LIMIT :#limit
