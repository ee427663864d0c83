-- What runs by itself costs what is open, not what was.
DROP INDEX delivery_new;
CREATE INDEX delivery_open ON delivery (state, attempts, received_at, guid) WHERE state <> 'DONE';

DROP INDEX job_queued;
CREATE INDEX job_queued ON job (pool, repository, queued_at, job_id) WHERE state = 'QUEUED';
DROP INDEX job_state;
DROP INDEX job_updated;
CREATE INDEX job_updated ON job (updated_at, state, repository);

DROP INDEX runner_live;
CREATE INDEX runner_state ON runner (state, pool);
CREATE INDEX runner_job ON runner (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX runner_created ON runner (created_at, name);
CREATE INDEX runner_ended ON runner (ended_at) WHERE ended_at IS NOT NULL;
