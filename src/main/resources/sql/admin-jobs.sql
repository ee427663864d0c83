-- Jobs, newest first, a page.
SELECT job_id, run_id, run_attempt, repository, name, workflow, branch, labels, state, reason_code, reason_message, pool, profile,
       runner_name AS runner, conclusion, queued_at, started_at, completed_at, updated_at
  FROM job_view
 WHERE (:#state = '' OR state = :#state) AND (:#repository = '' OR repository = :#repository) AND job_id < :#number
 ORDER BY job_id DESC LIMIT :#limit
