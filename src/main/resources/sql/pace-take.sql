-- Takes as many launch tokens (one mint and one create each) as there are intents to claim, refilled since the last time. No row back: wait.
WITH waiting AS MATERIALIZED (
  SELECT count(*) AS n FROM runner r LEFT JOIN pool p ON p.pool = r.pool
   WHERE r.state = 'INTENT' AND r.lease_owner IS NULL AND r.next_attempt_at <= :#now AND coalesce(p.retry_at, 0) <= :#now
     AND NOT EXISTS (SELECT 1 FROM profile f JOIN image i ON i.image = f.image WHERE f.name = r.profile AND i.retry_at > :#now))
UPDATE pace
   SET mint_tokens = filled.mint - filled.granted, create_tokens = filled.sandbox - filled.granted, granted = filled.granted, at = :#now
  FROM (SELECT at AS since, mint, sandbox,
               CASE WHEN n <= mint AND n <= sandbox THEN n WHEN mint <= sandbox THEN floor(mint) ELSE floor(sandbox) END AS granted
          FROM (SELECT at, n,
                       CASE WHEN mint_tokens + (:#now - at) * :#mintsPerMs > :#mintBurst THEN :#mintBurst
                            ELSE mint_tokens + (:#now - at) * :#mintsPerMs END AS mint,
                       CASE WHEN create_tokens + (:#now - at) * :#createsPerMs > :#createBurst THEN :#createBurst
                            ELSE create_tokens + (:#now - at) * :#createsPerMs END AS sandbox
                  FROM pace CROSS JOIN waiting WHERE name = 'launch' AND paused_until <= :#now) AS refilled) AS filled
 WHERE pace.name = 'launch' AND pace.at = filled.since AND filled.granted >= 1
RETURNING granted
