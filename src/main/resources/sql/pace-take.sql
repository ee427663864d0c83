-- Takes a create token, and a mint token of its credential, for each intent that may be claimed, in turn; what is not taken is refilled with time. One that was taken from by a clock that was ahead is full again. No row of 'create' back: wait.
WITH waiting AS (
  SELECT name, credential, created_at, turn, row_number() OVER (PARTITION BY credential ORDER BY created_at, turn, name) AS place
    FROM intent WHERE next_attempt_at <= :#now AND pool_retry_at <= :#now AND image_retry_at <= :#now),
bucket AS (
  SELECT b.name, coalesce(a.turn, 0) AS turn,
         CASE WHEN coalesce(a.paused_until, 0) > :#now THEN 0
              WHEN a.at > :#now THEN b.burst
              WHEN coalesce(a.tokens + (:#now - a.at) * b.per_ms, b.burst) > b.burst THEN b.burst
              ELSE coalesce(a.tokens + (:#now - a.at) * b.per_ms, b.burst) END AS tokens
    FROM (SELECT 'create' AS name, :#createsPerMs AS per_ms, :#createBurst AS burst
          UNION ALL
          SELECT DISTINCT credential, :#mintsPerMs, :#mintBurst FROM waiting) AS b
    LEFT JOIN pace a ON a.name = b.name),
able AS (
  SELECT w.credential, row_number() OVER (ORDER BY w.created_at, w.turn, w.name) AS place
    FROM waiting w JOIN bucket b ON b.name = w.credential WHERE w.place <= b.tokens),
taken AS (
  SELECT a.credential AS name, count(*) AS n FROM able a JOIN bucket b ON b.name = 'create' AND a.place <= b.tokens GROUP BY a.credential)
INSERT INTO pace (name, tokens, granted, at, turn)
SELECT b.name, b.tokens - t.n, t.n, :#now, b.turn + 1
  FROM bucket b JOIN (SELECT name, n FROM taken UNION ALL SELECT 'create', sum(n) FROM taken HAVING sum(n) > 0) AS t ON t.name = b.name
 ORDER BY b.name
ON CONFLICT (name) DO UPDATE SET tokens = excluded.tokens, granted = excluded.granted, at = excluded.at, turn = excluded.turn
 WHERE pace.turn = excluded.turn - 1
RETURNING name AS credential, granted
