-- A letter for each of these deliveries that is dead; the delivery itself holds the original.
INSERT INTO dead_letter (id, kind, subject, job_id, cause, route, step, attempts, parked_at)
SELECT 'delivery-' || guid, 'delivery', guid, job_id, :#cause, :#route, :#step, attempts, :#now
  FROM delivery WHERE guid IN (:#in:guids) AND state = 'DEAD'
ON CONFLICT (id) DO UPDATE SET cause = excluded.cause, attempts = excluded.attempts, parked_at = excluded.parked_at, replayed_at = NULL
