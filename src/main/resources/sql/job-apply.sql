-- The furthest word on each job among the claimed deliveries moves the job forward, per run attempt. A late or repeated event changes nothing.
INSERT INTO job (job_id, run_id, run_attempt, job_rank, event_at, state, repository, name, workflow, branch, labels, profile, pool,
                 installation_id, reason_code, reason_message, conclusion, runner_name, queued_at, started_at, completed_at,
                 first_seen_at, updated_at, check_at)
SELECT job_id, furthest.run_id, run_attempt, job_rank, event_at,
       CASE WHEN verdict <> 'ADMITTED' THEN verdict
            WHEN job_state NOT LIKE 'CHECKING%' THEN job_state
            WHEN r.fork IS NULL THEN 'CHECKING' WHEN r.fork = 1 THEN 'REFUSED' ELSE 'QUEUED' END,
       furthest.repository, job_name, workflow, branch, labels, profile, pool, furthest.installation_id,
       CASE WHEN verdict <> 'ADMITTED' OR job_state NOT LIKE 'CHECKING%' THEN reason_code
            WHEN r.fork = 1 THEN 'repository_fork' WHEN r.fork = 0 THEN NULL
            WHEN job_state = 'CHECKING' THEN 'run_unread' ELSE 'run_unread_public' END AS reason_code,
       CASE WHEN verdict <> 'ADMITTED' OR job_state NOT LIKE 'CHECKING%' THEN reason_message
            WHEN r.fork = 1 THEN :#forkMessage WHEN r.fork = 0 THEN NULL ELSE :#unreadMessage END,
       conclusion, runner_name, coalesce(queued_at, received_at), started_at, completed_at,
       received_at, :#now, :#now + CASE WHEN job_rank = 1 THEN :#firstCheck ELSE :#slowCheck END
  FROM (SELECT d.job_id, d.run_id, d.run_attempt, d.job_rank, d.event_at, d.verdict, d.job_state, d.repository, d.job_name, d.workflow,
               d.branch, d.labels, d.profile, d.pool, d.installation_id, d.reason_code, d.reason_message, d.conclusion, d.runner_name,
               d.queued_at, d.started_at, d.completed_at, d.received_at,
               row_number() OVER (PARTITION BY job_id ORDER BY run_attempt DESC, job_rank DESC, event_at DESC, job_state, guid) AS place
          FROM delivery d WHERE guid IN (:#in:guids) AND job_id IS NOT NULL) AS furthest
  LEFT JOIN run r ON r.run_id = furthest.run_id
 WHERE place = 1
ON CONFLICT (job_id) DO UPDATE SET
  run_id = excluded.run_id, run_attempt = excluded.run_attempt, job_rank = excluded.job_rank, event_at = excluded.event_at,
  state = CASE WHEN excluded.state = 'CHECKING' AND excluded.run_attempt = job.run_attempt AND job.state IN ('QUEUED', 'BLOCKED_UPSTREAM')
               THEN job.state ELSE excluded.state END,
  name = coalesce(excluded.name, job.name), workflow = coalesce(excluded.workflow, job.workflow),
  branch = coalesce(excluded.branch, job.branch), labels = excluded.labels, profile = excluded.profile, pool = excluded.pool,
  installation_id = coalesce(excluded.installation_id, job.installation_id),
  reason_code = CASE WHEN excluded.state = 'CHECKING' AND excluded.run_attempt = job.run_attempt AND job.state IN ('QUEUED', 'BLOCKED_UPSTREAM')
                     THEN job.reason_code ELSE excluded.reason_code END,
  reason_message = CASE WHEN excluded.state = 'CHECKING' AND excluded.run_attempt = job.run_attempt AND job.state IN ('QUEUED', 'BLOCKED_UPSTREAM')
                        THEN job.reason_message ELSE excluded.reason_message END,
  conclusion = excluded.conclusion,
  runner_name = coalesce(excluded.runner_name, job.runner_name), queued_at = coalesce(job.queued_at, excluded.queued_at),
  started_at = coalesce(excluded.started_at, job.started_at), completed_at = excluded.completed_at, updated_at = excluded.updated_at,
  check_at = excluded.check_at, checks = 0, blocked = 0, look_until = 0
WHERE excluded.run_attempt > job.run_attempt
   OR excluded.run_attempt = job.run_attempt
      AND (excluded.job_rank > job.job_rank
           OR excluded.job_rank = job.job_rank AND excluded.job_rank = 1
              AND (excluded.event_at > job.event_at
                   OR excluded.event_at = job.event_at AND excluded.state IN ('QUEUED', 'CHECKING') AND job.state = 'WAITING'))
RETURNING job_id, state, repository
