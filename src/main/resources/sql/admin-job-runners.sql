-- The runners that were minted for a job, and the one that took it.
SELECT * FROM runner WHERE minted_for = :#id OR job_id = :#id ORDER BY created_at, name
