-- Since when a pool has had more runners than jobs.
INSERT INTO surplus (pool, since)
SELECT pool, :#now FROM (SELECT pool, count(*) AS n FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND state <> 'INTENT' GROUP BY pool) AS supply
 WHERE n > (SELECT count(*) FROM job j WHERE j.pool = supply.pool AND j.state = 'QUEUED')
ON CONFLICT (pool) DO NOTHING
