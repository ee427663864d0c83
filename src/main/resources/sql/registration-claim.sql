-- Registrations that are ours to remove. Each comes again after a while, until GitHub has said that it is gone or busy.
UPDATE runner SET next_attempt_at = :#now + :#askAgain
 WHERE name IN (SELECT name FROM runner WHERE registration = 'DELETE' AND next_attempt_at <= :#now ORDER BY next_attempt_at, name LIMIT 20)
   AND registration = 'DELETE' AND next_attempt_at <= :#now
RETURNING name, pool, repository, installation_id, minted_for, registration_id
