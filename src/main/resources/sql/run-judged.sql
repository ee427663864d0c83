-- What GitHub said of a run; it stays so.
UPDATE run SET fork = :#fork, look_until = 0 WHERE run_id = :#run_id
