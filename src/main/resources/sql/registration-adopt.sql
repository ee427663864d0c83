-- Offline registrations with our prefix that stood for a while and belong to no runner that is alive are removed like any other. Job and number are read from the name, as with sandboxes.
INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, cause, registration, registration_id, created_at, deadline_at, ended_at)
SELECT g.name, 'unknown', g.repository, '[]', 'unknown',
       CASE WHEN ltrim(rtrim(g.rest, '0123456789'), '0123456789') = '-' AND length(g.head) BETWEEN 2 AND 19 AND length(g.rest) - length(g.head) BETWEEN 1 AND 9 THEN cast(rtrim(g.head, '-') AS bigint) ELSE 0 END,
       CASE WHEN ltrim(rtrim(g.rest, '0123456789'), '0123456789') = '-' AND length(g.head) BETWEEN 2 AND 19 AND length(g.rest) - length(g.head) BETWEEN 1 AND 9 THEN cast(substr(g.rest, length(g.head) + 1) AS integer) ELSE 0 END,
       'DEAD', 'It was registered without a place in the ledger.', 'DELETE', g.registration_id, g.first_seen_at, :#now, :#now
  FROM (SELECT n.*, rtrim(n.rest, '0123456789') AS head FROM (SELECT x.*, substr(x.name, length(:#instance) + 2) AS rest FROM registration x) AS n) AS g
 WHERE g.seen_at = :#started AND g.repository = :#repository AND g.first_seen_at <= :#started - :#registrationGrace
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.name = g.name AND (r.registration = 'DELETE' OR r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY')))
ON CONFLICT (name) DO UPDATE SET registration = 'DELETE', registration_id = excluded.registration_id, next_attempt_at = 0
WHERE runner.state IN ('DEAD', 'GONE', 'EXITED')
RETURNING name, repository, state
