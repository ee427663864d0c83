-- Runners, newest first, a page.
SELECT name, state, cause, pool, repository, profile, minted_for, job_id, sandbox_id,
       created_at, minted_at, launched_at, online_at, busy_at, exited_at, ended_at
  FROM runner
 WHERE (:#state = '' OR state = :#state) AND (:#repository = '' OR repository = :#repository)
   AND created_at <= :#number AND (created_at < :#number OR name < :#text)
 ORDER BY created_at DESC, name DESC LIMIT :#limit
