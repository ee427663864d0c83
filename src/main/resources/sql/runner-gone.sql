-- The sandbox of a runner that has done its job is gone.
UPDATE runner SET state = 'GONE', ended_at = :#now WHERE name = :#name AND state = 'EXITED'
