-- What could not be processed, newest first, a page.
SELECT id, kind, subject, job_id, cause, route, step, attempts, parked_at, replayed_at FROM dead_letter
 WHERE parked_at < :#cursor ORDER BY parked_at DESC, id LIMIT :#limit
