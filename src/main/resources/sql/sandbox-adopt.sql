-- Sandboxes with our tag that were listed over a while and belong to no runner that is alive are given up like any other runner: registration first, and a busy one lives.
INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, cause, registration, sandbox, sandbox_id, created_at, launched_at, deadline_at)
SELECT s.name, 'unknown', s.repository, '[]', 'unknown', 0, 0, 'DEAD', 'Its sandbox ran without a place in the ledger.', 'DELETE', 'RUNNING', s.sandbox_id, s.first_seen_at, s.first_seen_at, :#now
  FROM sandbox s
 WHERE s.seen_at = :#started AND s.first_seen_at <= :#started - :#orphanGrace
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.name = s.name AND (r.sandbox = 'RUNNING' OR r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED')))
ON CONFLICT (name) DO UPDATE SET
  state = 'DEAD', cause = 'Its sandbox ran on though it was gone by the ledger.', registration = 'DELETE', sandbox = 'RUNNING', sandbox_id = excluded.sandbox_id, next_attempt_at = 0, deadline_at = excluded.deadline_at
WHERE runner.state IN ('DEAD', 'GONE') AND runner.sandbox <> 'RUNNING'
RETURNING name, repository, sandbox_id, state
