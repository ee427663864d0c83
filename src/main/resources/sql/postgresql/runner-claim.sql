-- Leases the next intents of a credential, in turn, as many as were granted. Chosen once, before: a subquery with a lock may run again for each row, and then takes more than its limit.
WITH picked AS MATERIALIZED (
  SELECT r.name FROM runner r JOIN intent i ON i.name = r.name
   WHERE i.credential = :#credential AND i.next_attempt_at <= :#now AND i.pool_retry_at <= :#now AND i.image_retry_at <= :#now
   ORDER BY i.created_at, i.turn, i.name LIMIT :#granted
   FOR UPDATE OF r SKIP LOCKED)
UPDATE runner SET lease_owner = :#owner, lease_until = :#now + :#lease, attempts = attempts + 1, claimed_at = coalesce(claimed_at, :#now)
  FROM picked
 WHERE runner.name = picked.name AND state = 'INTENT' AND lease_owner IS NULL
RETURNING runner.name, pool, repository, labels, profile, installation_id, credential, minted_for, seq,
          (SELECT max(d.trace) FROM delivery d WHERE d.job_id = runner.minted_for AND d.job_rank = 1) AS trace
