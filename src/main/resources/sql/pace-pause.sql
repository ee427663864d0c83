-- A rate limit of GitHub: no mint by this credential, by any replica, before it ends.
UPDATE pace SET paused_until = CASE WHEN paused_until > :#now + :#wait THEN paused_until ELSE :#now + :#wait END WHERE name = :#credential
