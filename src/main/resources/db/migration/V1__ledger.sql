-- The only state there is. Times are epoch milliseconds; states are words; JSON is text, read by the gateway only.

-- What GitHub said. The row is the deduplication key and the work item in one.
CREATE TABLE delivery (
  guid             varchar(64)  PRIMARY KEY,
  event            varchar(64)  NOT NULL,
  action           varchar(64),
  state            varchar(16)  NOT NULL,               -- NEW, DONE, IGNORED, QUARANTINED, DEAD
  source           varchar(16)  NOT NULL,               -- webhook, log, runs
  received_at      bigint       NOT NULL,
  job_id           bigint,
  run_id           bigint,
  run_attempt      integer,
  job_rank         integer,                             -- 1 waiting or queued, 2 in progress, 3 completed
  job_state        varchar(16),
  event_at         bigint,
  repository       varchar(256),
  job_name         text,
  workflow         text,
  branch           text,
  labels           text,                                -- JSON array, spelt as in the workflow
  verdict          varchar(16),                         -- ADMITTED, IGNORED, REFUSED
  reason_code      varchar(64),
  reason_message   text,
  profile          varchar(64),
  pool             varchar(512),
  runner_name      varchar(256),
  conclusion       varchar(32),
  queued_at        bigint,
  started_at       bigint,
  completed_at     bigint,
  installation_id  bigint,
  lease_owner      varchar(64),
  lease_until      bigint       NOT NULL DEFAULT 0,
  attempts         integer      NOT NULL DEFAULT 0,
  next_attempt_at  bigint       NOT NULL DEFAULT 0,
  body             bytea                                -- as received; pruned before the row
);
CREATE INDEX delivery_new ON delivery (attempts, received_at) WHERE state = 'NEW';
CREATE INDEX delivery_job ON delivery (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX delivery_received ON delivery (received_at);

-- What GitHub wants. Moves forward only, per run attempt.
CREATE TABLE job (
  job_id           bigint       PRIMARY KEY,
  run_id           bigint,
  run_attempt      integer      NOT NULL,
  job_rank         integer      NOT NULL,
  event_at         bigint       NOT NULL,
  state            varchar(20)  NOT NULL,               -- WAITING, CHECKING (whose code it is), QUEUED, IN_PROGRESS, COMPLETED, IGNORED, REFUSED, BLOCKED_UPSTREAM, DEAD
  repository       varchar(256) NOT NULL,
  name             text,
  workflow         text,
  branch           text,
  labels           text         NOT NULL,
  profile          varchar(64),
  pool             varchar(512),
  installation_id  bigint,
  reason_code      varchar(64),
  reason_message   text,
  conclusion       varchar(32),
  runner_name      varchar(256),
  queued_at        bigint,
  started_at       bigint,
  completed_at     bigint,
  first_seen_at    bigint       NOT NULL,
  updated_at       bigint       NOT NULL,
  check_at         bigint       NOT NULL,               -- when GitHub is asked about it
  checks           integer      NOT NULL DEFAULT 0,     -- how often it was
  looked_at        bigint       NOT NULL DEFAULT 0,     -- when GitHub last said that it is where it was
  look_until       bigint       NOT NULL DEFAULT 0,     -- the lease of a look that is under way
  blocked          integer      NOT NULL DEFAULT 0      -- how often it stood queued beside an idle matching runner
);
CREATE INDEX job_check ON job (check_at) WHERE state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM');
CREATE INDEX job_checking ON job (run_id) WHERE state = 'CHECKING';
CREATE INDEX job_queued ON job (pool, queued_at) WHERE state = 'QUEUED';
CREATE INDEX job_repository ON job (repository, job_id);
CREATE INDEX job_state ON job (state, job_id);
CREATE INDEX job_updated ON job (updated_at);

-- Whose code a run brings, read once at GitHub.
CREATE TABLE run (
  run_id           bigint       PRIMARY KEY,
  repository       varchar(256) NOT NULL,
  installation_id  bigint,
  fork             integer,                             -- 1: the code of a fork, 0: the repository's own, NULL: not known yet
  seen_at          bigint       NOT NULL,
  attempts         integer      NOT NULL DEFAULT 0,
  look_until       bigint       NOT NULL DEFAULT 0      -- the lease of a read that is under way
);
CREATE INDEX run_seen ON run (seen_at);

-- What we give. minted_for is a note for people (it makes the name), never an input of a decision.
CREATE TABLE runner (
  name             varchar(64)  PRIMARY KEY,
  pool             varchar(512) NOT NULL,
  repository       varchar(256) NOT NULL,
  labels           text         NOT NULL,
  profile          varchar(64)  NOT NULL,
  installation_id  bigint,
  minted_for       bigint       NOT NULL,
  seq              integer      NOT NULL,
  state            varchar(16)  NOT NULL,               -- INTENT, MINTED, LAUNCHED, ONLINE, BUSY, EXITED, GONE, DEAD
  cause            text,                                -- why it is DEAD, a sentence
  registration     varchar(16)  NOT NULL DEFAULT 'NONE',-- NONE, HELD, DELETE (ours to remove), GONE
  registration_id  bigint,
  sandbox          varchar(16)  NOT NULL DEFAULT 'NONE',-- NONE, RUNNING as far as we know, GONE
  sandbox_id       varchar(64),
  job_id           bigint,                              -- the job that GitHub says it took
  turn             integer      NOT NULL DEFAULT 0,     -- its place among the intents of one decision
  created_at       bigint       NOT NULL,
  minted_at        bigint,
  launched_at      bigint,
  online_at        bigint,
  busy_at          bigint,
  exited_at        bigint,
  ended_at         bigint,
  deadline_at      bigint       NOT NULL,
  lease_owner      varchar(64),
  lease_until      bigint       NOT NULL DEFAULT 0,
  attempts         integer      NOT NULL DEFAULT 0,
  next_attempt_at  bigint       NOT NULL DEFAULT 0
);
CREATE INDEX runner_minted_for ON runner (minted_for, seq);
CREATE INDEX runner_live ON runner (pool, state) WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED');
CREATE INDEX runner_sandbox ON runner (state) WHERE sandbox = 'RUNNING';
CREATE INDEX runner_registration ON runner (next_attempt_at) WHERE registration = 'DELETE';

-- A pool that cannot be served now: why, since when, and when it is tried again. No row: nothing is wrong.
CREATE TABLE pool (
  pool             varchar(512) PRIMARY KEY,
  attempts         integer      NOT NULL,
  since            bigint       NOT NULL,
  retry_at         bigint       NOT NULL,
  reason_code      varchar(64)  NOT NULL,
  reason_message   text         NOT NULL
);

-- Tokens of mints and creates, shared by all replicas.
CREATE TABLE pace (
  name             varchar(64)      PRIMARY KEY,
  mint_tokens      double precision NOT NULL,
  create_tokens    double precision NOT NULL,
  granted          integer          NOT NULL,
  at               bigint           NOT NULL,
  paused_until     bigint           NOT NULL DEFAULT 0   -- a rate limit of GitHub is waited out
);
INSERT INTO pace (name, mint_tokens, create_tokens, granted, at) VALUES ('launch', 0, 0, 0, 0);

-- Which image a profile uses, as configured; and images that GitHub refuses the runner version of, until when.
CREATE TABLE profile (
  name             varchar(64)  PRIMARY KEY,
  image            varchar(64)  NOT NULL
);
CREATE TABLE image (
  image            varchar(64)  PRIMARY KEY,
  attempts         integer      NOT NULL,
  since            bigint       NOT NULL,
  retry_at         bigint       NOT NULL
);

-- Pools that have had more runners than jobs, since when.
CREATE TABLE surplus (
  pool             varchar(512) PRIMARY KEY,
  since            bigint       NOT NULL
);

-- The last listings of our sandboxes at Modal.
CREATE TABLE sandbox (
  sandbox_id       varchar(64)  PRIMARY KEY,
  name             varchar(64)  NOT NULL,
  repository       varchar(256) NOT NULL,               -- as its tag tells
  first_seen_at    bigint       NOT NULL,
  seen_at          bigint       NOT NULL
);

-- Offline registrations with our prefix at GitHub, as last listed.
CREATE TABLE registration (
  registration_id  bigint       PRIMARY KEY,
  name             varchar(64)  NOT NULL,
  repository       varchar(256) NOT NULL,
  first_seen_at    bigint       NOT NULL,
  seen_at          bigint       NOT NULL
);

-- Decisions and waits of a job that no other row tells.
CREATE TABLE event (
  id               varchar(160) PRIMARY KEY,
  at               bigint       NOT NULL,
  job_id           bigint,
  runner_name      varchar(64),
  what             varchar(64)  NOT NULL,
  detail           text
);
CREATE INDEX event_job ON event (job_id, at);
CREATE INDEX event_at ON event (at);

-- Work that cannot be processed, with all that is needed to look at it and to put it back.
CREATE TABLE dead_letter (
  id               varchar(160) PRIMARY KEY,
  kind             varchar(16)  NOT NULL,               -- delivery, runner
  subject          varchar(64)  NOT NULL,               -- its guid or name
  job_id           bigint,
  original         text,
  cause            text         NOT NULL,
  route            varchar(64),
  step             varchar(64),
  attempts         integer      NOT NULL,
  parked_at        bigint       NOT NULL,
  replayed_at      bigint
);

-- Cursors and leases of what runs once for all replicas.
CREATE TABLE sweep (
  name             varchar(128) PRIMARY KEY,
  lease_owner      varchar(64),
  lease_until      bigint       NOT NULL DEFAULT 0,
  position         text,
  counted          integer      NOT NULL DEFAULT 0,
  before_at        bigint       NOT NULL DEFAULT 0,     -- the complete sweep before the last one
  swept_at         bigint       NOT NULL DEFAULT 0
);

-- Jobs as people see them: a queued job that nobody answers for is parked, and says why.
CREATE VIEW job_view AS
WITH supply AS (
  SELECT pool, count(*) AS n, sum(CASE state WHEN 'INTENT' THEN 0 ELSE 1 END) AS launched FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY pool),
placed AS (
  SELECT job_id, pool, profile, row_number() OVER (PARTITION BY pool ORDER BY queued_at, job_id) AS place
    FROM job WHERE state = 'QUEUED'),
queued AS (
  SELECT j.job_id,
         coalesce(p.reason_code, CASE WHEN i.image IS NOT NULL THEN 'runner_version_refused' END) AS reason_code,
         coalesce(p.reason_message,
                  'GitHub refuses the version of the Actions runner in the image ' || i.image || ' (exit code 7): run src/main/modal/bump-runner.sh and deploy the launcher again.') AS reason_message,
         CASE WHEN p.pool IS NULL AND j.place <= CASE WHEN i.image IS NULL THEN coalesce(s.n, 0) ELSE coalesce(s.launched, 0) END
              THEN 0 ELSE 1 END AS parked
    FROM placed j LEFT JOIN supply s ON s.pool = j.pool LEFT JOIN pool p ON p.pool = j.pool
    LEFT JOIN profile f ON f.name = j.profile LEFT JOIN image i ON i.image = f.image)
SELECT j.job_id, j.run_id, j.run_attempt, j.repository, j.name, j.workflow, j.branch, j.labels, j.profile, j.pool, j.conclusion,
       j.runner_name, j.queued_at, j.started_at, j.completed_at, j.first_seen_at, j.updated_at,
       CASE WHEN q.parked = 1 THEN 'PARKED' WHEN j.state = 'CHECKING' THEN 'QUEUED' ELSE j.state END AS state,
       CASE q.parked WHEN 1 THEN coalesce(q.reason_code, 'limit_reached') ELSE j.reason_code END AS reason_code,
       CASE q.parked WHEN 1 THEN coalesce(q.reason_message, 'It waits for its turn: as many runners as runner.limits.max-runners and runner.limits.max-runners-per-repository allow are in use.')
            ELSE j.reason_message END AS reason_message
  FROM job j LEFT JOIN queued q ON q.job_id = j.job_id;
