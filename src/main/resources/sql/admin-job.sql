-- One job, and what the runner that took it cost so far (USD, NULL: not known).
SELECT job_id, run_id, run_attempt, repository, name, workflow, branch, labels, state, reason_code, reason_message, pool, profile,
       runner_name AS runner, conclusion,
       (SELECT sum(r.price * CASE WHEN r.launched_at < coalesce(r.exited_at, r.ended_at, :#now) THEN coalesce(r.exited_at, r.ended_at, :#now) - r.launched_at ELSE 0 END) / 1000
          FROM runner r WHERE r.job_id = job_view.job_id) AS cost_usd,
       queued_at, started_at, completed_at, updated_at
  FROM job_view WHERE job_id = :#id
