-- One replica at a time sweeps, and once an interval; a lease, not a leader. Who failed tries again at the next tick. No row back: somebody else does it, or it is not due. A sweep that is still to come is one of a clock that was ahead: it holds up none, and is no sweep before.
INSERT INTO sweep (name, lease_owner, lease_until) VALUES (:#sweep, :#owner, :#now + :#sweepLease)
ON CONFLICT (name) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
WHERE (sweep.lease_until <= :#now OR sweep.lease_owner = excluded.lease_owner) AND (sweep.swept_at <= :#sweptBefore OR sweep.swept_at > :#now)
RETURNING name, position, counted, CASE WHEN before_at > :#now THEN 0 ELSE before_at END AS before_at, swept_at
