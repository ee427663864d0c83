-- Each thing that runs by itself finds its runners by an index of its own; a state alone would lead through all that run.
DROP INDEX runner_state;

-- What answers for the jobs of a pool, and what counts against the limits
CREATE INDEX runner_supply ON runner (pool, state, deadline_at) WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE');
CREATE INDEX runner_used ON runner (repository) WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING';

-- Intents that may be claimed, in turn; that are claimed, by the end of their lease; minted ones, by when they are asked for
CREATE INDEX runner_intent ON runner (credential, created_at, turn, name) WHERE state = 'INTENT' AND lease_owner IS NULL;
CREATE INDEX runner_minting ON runner (lease_until) WHERE state = 'INTENT' AND lease_owner IS NOT NULL;
CREATE INDEX runner_minted ON runner (next_attempt_at, name) WHERE state = 'MINTED';

-- Launched ones, by when something should have happened; those that supply no pool any more
CREATE INDEX runner_due ON runner (deadline_at) WHERE state IN ('LAUNCHED', 'ONLINE', 'BUSY');
CREATE INDEX runner_ending ON runner (state, pool, repository) WHERE state IN ('BUSY', 'EXITED', 'DEAD');

-- Jobs that may have had a runner before
CREATE INDEX job_looked ON job (pool, job_id) WHERE state = 'QUEUED' AND looked_at > 0;
