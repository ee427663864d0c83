-- Drops intents that no queued job needs any more (it ended, or another runner took it). Nothing was asked of GitHub or Modal for them.
DELETE FROM runner
 WHERE name IN (
  SELECT name FROM (
    SELECT r.name, r.state, r.lease_owner, free.demand,
           row_number() OVER (PARTITION BY r.pool ORDER BY CASE r.state WHEN 'INTENT' THEN 1 ELSE 0 END, r.created_at, r.turn, r.name) AS place
      FROM (SELECT p.pool, (SELECT count(*) FROM job j WHERE j.state = 'QUEUED' AND j.pool = p.pool) AS demand
              FROM (SELECT DISTINCT i.pool FROM runner i WHERE i.state = 'INTENT' AND i.lease_owner IS NULL) AS p) AS free
      JOIN runner r ON r.pool = free.pool
       AND (r.state IN ('INTENT', 'MINTED') OR r.state IN ('LAUNCHED', 'ONLINE') AND r.deadline_at > :#now - :#bootDeadline)) AS supply
   WHERE place > demand AND state = 'INTENT' AND lease_owner IS NULL)
   AND state = 'INTENT' AND lease_owner IS NULL
RETURNING name
