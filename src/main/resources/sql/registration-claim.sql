-- Registrations that are ours to remove. Each comes again after a while, the longer the longer ago its runner ended, until GitHub has said that it is gone or busy.
UPDATE runner
   SET next_attempt_at = :#now + CASE WHEN :#now - coalesce(ended_at, :#now) > 4 * :#askAgain THEN (:#now - ended_at) / 4 ELSE :#askAgain END
 WHERE name IN (SELECT name FROM runner WHERE registration = 'DELETE' AND next_attempt_at <= :#now ORDER BY next_attempt_at, name LIMIT 20)
   AND registration = 'DELETE' AND next_attempt_at <= :#now
RETURNING name, pool, repository, installation_id, minted_for, registration_id
