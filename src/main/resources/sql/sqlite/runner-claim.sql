-- Leases the next intents, in turn, as many as were granted. A pool in back-off waits; after it, one runner at a time probes the pool.
UPDATE runner SET lease_owner = :#owner, lease_until = :#now + :#lease, attempts = attempts + 1, claimed_at = coalesce(claimed_at, :#now)
 WHERE name IN (
  SELECT r.name FROM runner r LEFT JOIN pool p ON p.pool = r.pool
   WHERE r.state = 'INTENT' AND r.lease_owner IS NULL AND r.next_attempt_at <= :#now
     AND coalesce(p.retry_at, 0) <= :#now
     AND (p.attempts IS NULL
          OR r.name = (SELECT min(i.name) FROM runner i WHERE i.pool = r.pool AND i.state = 'INTENT' AND i.lease_owner IS NULL AND i.next_attempt_at <= :#now)
             AND NOT EXISTS (SELECT 1 FROM runner b WHERE b.pool = r.pool AND b.state IN ('INTENT', 'MINTED') AND b.lease_owner IS NOT NULL))
     AND NOT EXISTS (SELECT 1 FROM profile f JOIN image m ON m.image = f.image
                      WHERE f.name = r.profile
                        AND (m.retry_at > :#now
                             OR r.name > (SELECT min(i.name) FROM runner i JOIN profile o ON o.name = i.profile
                                           WHERE o.image = m.image AND i.state = 'INTENT' AND i.lease_owner IS NULL)
                             OR EXISTS (SELECT 1 FROM runner b JOIN profile o ON o.name = b.profile
                                         WHERE o.image = m.image AND b.state IN ('INTENT', 'MINTED', 'LAUNCHED') AND (b.state <> 'INTENT' OR b.lease_owner IS NOT NULL))))
     AND EXISTS (SELECT 1 FROM job j WHERE j.pool = r.pool AND j.state = 'QUEUED')
   ORDER BY r.created_at, r.turn, r.name LIMIT :#granted)
   AND state = 'INTENT' AND lease_owner IS NULL
RETURNING name, pool, repository, labels, profile, installation_id, minted_for, seq,
          (SELECT max(d.trace) FROM delivery d WHERE d.job_id = runner.minted_for AND d.job_rank = 1) AS trace
