-- Pools that have no runner too many any more.
DELETE FROM surplus
 WHERE (SELECT count(*) FROM runner r WHERE r.pool = surplus.pool AND r.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND r.state <> 'INTENT')
    <= (SELECT count(*) FROM job j WHERE j.pool = surplus.pool AND j.state = 'QUEUED')
