-- What could not be processed, newest first, a page. Its repository is that of its job or its delivery.
SELECT l.id, l.kind, l.subject, l.job_id, coalesce(j.repository, d.repository) AS repository,
       CASE WHEN l.replayed_at IS NULL THEN 'PARKED' ELSE 'REPLAYED' END AS state,
       l.cause, l.route, l.step, l.attempts, l.parked_at, l.replayed_at
  FROM dead_letter l LEFT JOIN job j ON j.job_id = l.job_id LEFT JOIN delivery d ON d.guid = l.subject
 WHERE (:#state = '' OR :#state = CASE WHEN l.replayed_at IS NULL THEN 'PARKED' ELSE 'REPLAYED' END)
   AND (:#repository = '' OR coalesce(j.repository, d.repository) = :#repository)
   AND l.parked_at <= :#number AND (l.parked_at < :#number OR l.id < :#text)
 ORDER BY l.parked_at DESC, l.id DESC LIMIT :#limit
