-- Pools that have no runner too many any more.
DELETE FROM surplus
 WHERE (SELECT count(*) FROM runner r WHERE r.pool = surplus.pool AND r.state IN ('MINTED', 'LAUNCHED', 'ONLINE'))
    <= (SELECT count(*) FROM job j WHERE j.pool = surplus.pool AND j.state = 'QUEUED')
