-- The jobs of a pool whose runner is in doubt: GitHub is asked about them now, so that a lost event is noticed before anything is removed.
UPDATE job SET check_at = :#now WHERE pool = :#pool AND state = 'QUEUED' AND check_at > :#now
