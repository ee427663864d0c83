-- Offline registrations with our prefix that stood for a while and belong to no runner that is alive are removed like any other.
INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, cause, registration, registration_id, created_at, deadline_at, ended_at)
SELECT g.name, 'unknown', g.repository, '[]', 'unknown', 0, 0, 'DEAD', 'It was registered without a place in the ledger.', 'DELETE', g.registration_id, g.first_seen_at, :#now, :#now
  FROM registration g
 WHERE g.seen_at = :#started AND g.repository = :#repository AND g.first_seen_at <= :#started - :#registrationGrace
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.name = g.name AND (r.registration = 'DELETE' OR r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY')))
ON CONFLICT (name) DO UPDATE SET registration = 'DELETE', registration_id = excluded.registration_id, next_attempt_at = 0
WHERE runner.state IN ('DEAD', 'GONE', 'EXITED')
RETURNING name, repository, state
