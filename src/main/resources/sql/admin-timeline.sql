-- What happened to a job, in order, a sentence each: what GitHub said, what its runners did (those started for it and the one that took it), who took whose runner, and what was decided.
SELECT at, what, detail FROM (
  SELECT received_at AS at, 'delivery' AS what,
         CASE action WHEN 'queued' THEN 'GitHub says that the job is queued' WHEN 'waiting' THEN 'GitHub says that the job waits for an approval'
                     WHEN 'in_progress' THEN 'GitHub says that the job is in progress' ELSE 'GitHub says that the job has ended' || coalesce(': ' || conclusion, '') END
         || CASE WHEN runner_name IS NULL THEN '' ELSE ', on runner ' || runner_name END
         || CASE source WHEN 'webhook' THEN ' (delivery ' || guid || ').' WHEN 'log' THEN ' (delivery ' || guid || ', found in the delivery log).'
                        ELSE ' (when it was asked).' END
         || CASE WHEN verdict IN ('IGNORED', 'REFUSED') THEN ' ' || reason_message ELSE '' END AS detail
    FROM delivery WHERE job_id = :#id
  UNION ALL
  SELECT created_at, 'intent', 'A runner was wanted for its pool: ' || name || '.' FROM runner WHERE minted_for = :#id
  UNION ALL
  SELECT minted_at, 'minted', 'GitHub registered the runner ' || name || '.' FROM runner WHERE minted_for = :#id AND minted_at IS NOT NULL
  UNION ALL
  SELECT launched_at, 'launched', 'The sandbox of ' || name || ' was started.' FROM runner WHERE minted_for = :#id AND launched_at IS NOT NULL
  UNION ALL
  SELECT online_at, 'online', 'The runner ' || name || ' is online and waits for a job.' FROM runner WHERE minted_for = :#id AND online_at IS NOT NULL
  UNION ALL
  SELECT r.busy_at, 'taken',
         CASE WHEN r.job_id IS NULL THEN 'The runner ' || r.name || ' is busy, says GitHub; with which job is not known yet.'
              WHEN r.job_id = r.minted_for THEN 'The runner ' || r.name || ' took this job.'
              WHEN r.job_id = :#id THEN 'GitHub gave this job the runner ' || r.name || ', which was started for job ' || cast(r.minted_for AS varchar(20)) || '.'
              ELSE 'GitHub gave the runner ' || r.name || ', which was started for this job, to job ' || cast(r.job_id AS varchar(20))
                   || coalesce(' (' || j.name || ' of ' || j.repository || ')', '') || ', which asks for no more than its labels.' END
    FROM runner r LEFT JOIN job j ON j.job_id = r.job_id
   WHERE (r.minted_for = :#id OR r.job_id = :#id) AND r.busy_at IS NOT NULL
  UNION ALL
  SELECT exited_at, 'exited', 'The runner ' || name || ' ended its job.' FROM runner WHERE job_id = :#id AND exited_at IS NOT NULL
  UNION ALL
  SELECT ended_at, 'gone', 'The runner ' || name || ' is gone' || coalesce(': ' || cause, '.') FROM runner WHERE (minted_for = :#id OR job_id = :#id) AND ended_at IS NOT NULL
  UNION ALL
  SELECT at, what, detail FROM event WHERE job_id = :#id
) AS timeline
 ORDER BY at
