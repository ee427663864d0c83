-- Stores a delivery durably; its GUID is the deduplication key, so a repeat stores nothing, except that a quarantined one is judged afresh.
INSERT INTO delivery (guid, event, action, state, source, received_at, job_id, run_id, run_attempt, job_rank, job_state, event_at,
                      repository, job_name, workflow, branch, labels, verdict, reason_code, reason_message, profile, pool,
                      runner_name, conclusion, queued_at, started_at, completed_at, installation_id, trace)
VALUES (:#guid, :#event, :#action, :#state, :#source, :#now, :#jobId, :#runId, :#runAttempt, :#jobRank, :#jobState, :#eventAt,
        :#repository, :#jobName, :#workflow, :#branch, :#labels, :#verdict, :#reasonCode, :#reasonMessage, :#profile, :#pool,
        :#runnerName, :#conclusion, :#queuedAt, :#startedAt, :#completedAt, :#installationId, :#trace)
ON CONFLICT (guid) DO UPDATE SET
  event = excluded.event, action = excluded.action, state = excluded.state, source = excluded.source, received_at = excluded.received_at,
  job_id = excluded.job_id, run_id = excluded.run_id, run_attempt = excluded.run_attempt, job_rank = excluded.job_rank,
  job_state = excluded.job_state, event_at = excluded.event_at, repository = excluded.repository, job_name = excluded.job_name,
  workflow = excluded.workflow, branch = excluded.branch, labels = excluded.labels, verdict = excluded.verdict,
  reason_code = excluded.reason_code, reason_message = excluded.reason_message, profile = excluded.profile, pool = excluded.pool,
  runner_name = excluded.runner_name, conclusion = excluded.conclusion, queued_at = excluded.queued_at,
  started_at = excluded.started_at, completed_at = excluded.completed_at, installation_id = excluded.installation_id,
  trace = excluded.trace
WHERE delivery.state = 'QUARANTINED'
