-- Gives up the oldest idle runners of pools that had too many for long. Registration first: GitHub keeps one that is busy after all.
UPDATE runner
   SET state = 'DEAD', cause = 'No job of its pool needs it any more.', registration = 'DELETE', ended_at = :#now, next_attempt_at = :#now
 WHERE name IN (
  SELECT name FROM (
    SELECT r.name, r.state, row_number() OVER (PARTITION BY r.pool ORDER BY CASE r.state WHEN 'MINTED' THEN 1 ELSE 0 END, r.created_at, r.turn, r.name) AS place,
           count(*) OVER (PARTITION BY r.pool) - (SELECT count(*) FROM job j WHERE j.pool = r.pool AND j.state = 'QUEUED') AS surplus
      FROM surplus s CROSS JOIN runner r
     WHERE s.since <= :#now - :#surplusHold
       AND r.pool = s.pool AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND r.state <> 'INTENT') AS idle
   WHERE place <= surplus AND state IN ('LAUNCHED', 'ONLINE'))
   AND state IN ('LAUNCHED', 'ONLINE')
RETURNING name, pool, repository, state, cause, minted_for
