-- Ends the wait of a pool: its next runner is tried now. Repeated, it changes nothing.
UPDATE pool SET retry_at = 0 WHERE pool = :#pool
