-- The runners that were minted for a job, and the one that took it.
SELECT name, state, cause, pool, repository, profile, minted_for, job_id, sandbox_id,
       created_at, minted_at, launched_at, online_at, busy_at, exited_at, ended_at
  FROM runner WHERE minted_for = :#id OR job_id = :#id ORDER BY created_at, name
