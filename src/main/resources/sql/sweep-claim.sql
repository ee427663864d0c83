-- One replica at a time sweeps, and once an interval; a lease, not a leader. Who failed tries again at the next tick. No row back: somebody else does it, or it is not due.
INSERT INTO sweep (name, lease_owner, lease_until) VALUES (:#sweep, :#owner, :#now + :#sweepLease)
ON CONFLICT (name) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
WHERE (sweep.lease_until <= :#now OR sweep.lease_owner = excluded.lease_owner) AND sweep.swept_at <= :#sweptBefore
RETURNING name, position, counted, before_at, swept_at
