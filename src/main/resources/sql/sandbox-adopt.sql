-- Sandboxes with our tag that were listed over a while and belong to no runner that is alive, or was when the listing began, are given up like any other runner: registration first, and a busy one lives. Job and number are read from the name, <instance>-<job>-<number>, so that its job gets the next number and not a name that is taken.
INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, cause, registration, sandbox, sandbox_id, created_at, launched_at, deadline_at)
SELECT s.name, 'unknown', s.repository, '[]', 'unknown',
       CASE WHEN ltrim(rtrim(s.rest, '0123456789'), '0123456789') = '-' AND length(s.head) BETWEEN 2 AND 19 AND length(s.rest) - length(s.head) BETWEEN 1 AND 9 THEN cast(rtrim(s.head, '-') AS bigint) ELSE 0 END,
       CASE WHEN ltrim(rtrim(s.rest, '0123456789'), '0123456789') = '-' AND length(s.head) BETWEEN 2 AND 19 AND length(s.rest) - length(s.head) BETWEEN 1 AND 9 THEN cast(substr(s.rest, length(s.head) + 1) AS integer) ELSE 0 END,
       'DEAD', 'Its sandbox ran without a place in the ledger.', 'DELETE', 'RUNNING', s.sandbox_id, s.first_seen_at, s.first_seen_at, :#now
  FROM (SELECT n.*, rtrim(n.rest, '0123456789') AS head FROM (SELECT x.*, substr(x.name, length(:#instance) + 2) AS rest FROM sandbox x) AS n) AS s
 WHERE s.seen_at = :#started AND s.first_seen_at <= :#started - :#orphanGrace
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.name = s.name AND (r.sandbox = 'RUNNING' OR r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED')
                      OR r.ended_at >= :#started))
ON CONFLICT (name) DO UPDATE SET
  state = 'DEAD', cause = 'Its sandbox ran on though it was gone by the ledger.', registration = 'DELETE', sandbox = 'RUNNING', sandbox_id = excluded.sandbox_id, next_attempt_at = 0, deadline_at = excluded.deadline_at
WHERE runner.state IN ('DEAD', 'GONE') AND runner.sandbox <> 'RUNNING'
RETURNING name, repository, sandbox_id, state
