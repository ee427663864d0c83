-- Leases the runs whose jobs wait for the answer whose code they bring; each is read once, and again after a while when the read fails.
INSERT INTO run (run_id, repository, installation_id, seen_at, attempts, look_until)
SELECT j.run_id, min(j.repository), max(j.installation_id), :#now, 1, :#now + :#retryInitial
  FROM job j LEFT JOIN run r ON r.run_id = j.run_id
 WHERE j.state = 'CHECKING' AND r.fork IS NULL AND coalesce(r.look_until, 0) <= :#now
 GROUP BY j.run_id ORDER BY j.run_id LIMIT 50
ON CONFLICT (run_id) DO UPDATE SET
  attempts = run.attempts + 1,
  look_until = :#now + CASE WHEN run.attempts > 8 OR :#retryInitial * power(2, run.attempts) > :#retryMax THEN :#retryMax ELSE floor(:#retryInitial * power(2, run.attempts)) END
WHERE run.fork IS NULL AND run.look_until <= :#now
RETURNING run_id, repository, installation_id, attempts
