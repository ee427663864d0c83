-- GitHub counts mints for each credential, Modal creates for all of them: a bucket each.

-- Whose limit the mint of a runner counts against: an installation of a GitHub App by its number, or 'token', all that no webhook names one for.
ALTER TABLE runner ADD COLUMN credential varchar(64) NOT NULL DEFAULT 'token';

-- Tokens, shared by all replicas: 'create', and one row a credential.
DROP TABLE pace;
CREATE TABLE pace (
  name             varchar(64)      PRIMARY KEY,
  tokens           double precision NOT NULL,
  granted          integer          NOT NULL,           -- the last time
  at               bigint           NOT NULL,
  turn             bigint           NOT NULL,           -- how often: who read an older one was overtaken
  paused_until     bigint           NOT NULL DEFAULT 0  -- a rate limit of GitHub is waited out
);

-- Intents that may be leased once their waits are over. A pool in back-off is probed by one runner at a time, and so is an image that GitHub refused the runner version of. An intent whose pool has no queued job stays.
CREATE VIEW intent AS
SELECT r.name, r.credential, r.created_at, r.turn, r.next_attempt_at, coalesce(p.retry_at, 0) AS pool_retry_at, coalesce(m.retry_at, 0) AS image_retry_at
  FROM runner r LEFT JOIN pool p ON p.pool = r.pool LEFT JOIN profile f ON f.name = r.profile LEFT JOIN image m ON m.image = f.image
 WHERE r.state = 'INTENT' AND r.lease_owner IS NULL
   AND EXISTS (SELECT 1 FROM job j WHERE j.pool = r.pool AND j.state = 'QUEUED')
   AND (p.attempts IS NULL
        OR r.name = (SELECT min(i.name) FROM runner i WHERE i.pool = r.pool AND i.state = 'INTENT' AND i.lease_owner IS NULL)
           AND NOT EXISTS (SELECT 1 FROM runner b WHERE b.pool = r.pool AND b.state IN ('INTENT', 'MINTED') AND b.lease_owner IS NOT NULL))
   AND (m.image IS NULL
        OR r.name = (SELECT min(i.name) FROM runner i JOIN profile o ON o.name = i.profile
                      WHERE o.image = m.image AND i.state = 'INTENT' AND i.lease_owner IS NULL)
           AND NOT EXISTS (SELECT 1 FROM runner b JOIN profile o ON o.name = b.profile
                            WHERE o.image = m.image AND b.state IN ('INTENT', 'MINTED', 'LAUNCHED') AND (b.state <> 'INTENT' OR b.lease_owner IS NOT NULL)));
