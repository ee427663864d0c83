-- What runners cost, and budgets.

-- USD for a second of the sandbox of a profile, as configured, and of a runner: that of its profile when its sandbox started. NULL: not known.
ALTER TABLE profile ADD COLUMN price double precision;
ALTER TABLE runner ADD COLUMN price double precision;

-- What may be spent in a period (USD) on repositories whose name, in lower case, is like a pattern; and what was.
CREATE TABLE budget (
  name             varchar(300) PRIMARY KEY,
  pattern          varchar(600) NOT NULL,
  usd              double precision NOT NULL,
  warn_usd         double precision NOT NULL,
  spent_usd        double precision NOT NULL DEFAULT 0,
  since_at         bigint       NOT NULL,               -- the start of the period
  until_at         bigint       NOT NULL,               -- the end of the period
  message          text         NOT NULL,               -- why a job waits once it is spent
  checked_at       bigint       NOT NULL,
  level            integer      NOT NULL DEFAULT 0      -- 0, 1: nearly spent, 2: spent
);

-- Now with budgets among the reasons.
DROP VIEW job_view;

-- Jobs as people see them: a queued job that nobody answers for is parked, and says why.
CREATE VIEW job_view AS
WITH supply AS (
  SELECT pool, count(*) AS n, sum(CASE state WHEN 'INTENT' THEN 0 ELSE 1 END) AS launched FROM runner
   WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY pool),
placed AS (
  SELECT job_id, pool, profile, repository, row_number() OVER (PARTITION BY pool ORDER BY queued_at, job_id) AS place
    FROM job WHERE state = 'QUEUED'),
queued AS (
  SELECT j.job_id,
         (SELECT min(b.message) FROM budget b WHERE b.level = 2 AND lower(j.repository) LIKE b.pattern ESCAPE '!') AS budget_message,
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
       CASE q.parked WHEN 1 THEN CASE WHEN q.budget_message IS NOT NULL THEN 'budget_exhausted' ELSE coalesce(q.reason_code, 'limit_reached') END ELSE j.reason_code END AS reason_code,
       CASE q.parked WHEN 1 THEN coalesce(q.budget_message, q.reason_message, 'It waits for its turn: as many runners as runner.limits.max-runners and runner.limits.max-runners-per-repository allow are in use.')
            ELSE j.reason_message END AS reason_message
  FROM job j LEFT JOIN queued q ON q.job_id = j.job_id;
