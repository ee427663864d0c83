-- Minted runners whose create has no known outcome and nobody works on. Each comes again after a while, until somebody knows.
UPDATE runner SET lease_owner = NULL, lease_until = 0, next_attempt_at = :#now + 15000
 WHERE name IN (SELECT name FROM runner
                 WHERE state = 'MINTED' AND lease_until <= :#now AND next_attempt_at <= :#now ORDER BY next_attempt_at, name LIMIT 50)
   AND state = 'MINTED' AND lease_until <= :#now AND next_attempt_at <= :#now
RETURNING name, pool, repository, labels, profile, installation_id, minted_for, registration_id
