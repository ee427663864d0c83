-- What a gateway of the first schema left behind: a delivery that it had accepted and not applied, a job that waits for a runner
-- that was asked for, and a job that is done. Written once; later schemas have to take it as it is.
INSERT INTO delivery (guid, event, action, state, source, received_at, job_id, run_id, run_attempt, job_rank, job_state, event_at, repository,
                      job_name, workflow, labels, verdict, profile, pool, queued_at)
VALUES ('accepted-before-the-upgrade', 'workflow_job', 'queued', 'NEW', 'webhook', 1764000000000, 11, 110, 1, 1, 'QUEUED', 1764000000000,
        'Codertocat/Hello-World', 'build', 'CI', '["modal"]', 'ADMITTED', 'default', 'Codertocat/Hello-World group 1 [modal]', 1764000000000);
INSERT INTO job (job_id, run_id, run_attempt, job_rank, event_at, state, repository, name, workflow, labels, profile, pool, queued_at,
                 first_seen_at, updated_at, check_at)
VALUES (12, 120, 1, 1, 1764000000000, 'QUEUED', 'Codertocat/Hello-World', 'test', 'CI', '["modal"]', 'default',
        'Codertocat/Hello-World group 1 [modal]', 1764000000000, 1764000000000, 1764000000000, 1764000000000);
INSERT INTO runner (name, pool, repository, labels, profile, minted_for, seq, state, created_at, deadline_at)
VALUES ('mgr-12-1', 'Codertocat/Hello-World group 1 [modal]', 'Codertocat/Hello-World', '["modal"]', 'default', 12, 1, 'INTENT', 1764000000000,
        9223372036854775807);
INSERT INTO job (job_id, run_id, run_attempt, job_rank, event_at, state, repository, name, workflow, labels, profile, pool, conclusion,
                 runner_name, queued_at, started_at, completed_at, first_seen_at, updated_at, check_at)
VALUES (13, 130, 1, 3, 1764000000000, 'COMPLETED', 'Codertocat/Hello-World', 'lint', 'CI', '["modal"]', 'default',
        'Codertocat/Hello-World group 1 [modal]', 'success', 'mgr-13-1', 1764000000000, 1764000001000, 1764000002000, 1764000000000,
        1764000002000, 1764000002000);
