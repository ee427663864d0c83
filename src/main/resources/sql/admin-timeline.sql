-- What happened to a job, in order: what GitHub said, what its runners did (those minted for it and the one that took it), and what was decided.
SELECT at, what, detail FROM (
  SELECT received_at AS at, 'delivery' AS what,
         'GitHub said ' || action || CASE WHEN runner_name IS NULL THEN '' ELSE ' on runner ' || runner_name END || ' (delivery ' || guid || ').' AS detail
    FROM delivery WHERE job_id = :#id
  UNION ALL
  SELECT created_at, 'intent', 'A runner was wanted for its pool: ' || name || '.' FROM runner WHERE minted_for = :#id
  UNION ALL
  SELECT minted_at, 'minted', 'GitHub registered the runner ' || name || '.' FROM runner WHERE minted_for = :#id AND minted_at IS NOT NULL
  UNION ALL
  SELECT launched_at, 'launched', 'The sandbox of ' || name || ' was started.' FROM runner WHERE minted_for = :#id AND launched_at IS NOT NULL
  UNION ALL
  SELECT busy_at, 'taken', 'The runner ' || name || ' took ' || CASE WHEN job_id = :#id THEN 'this job' ELSE 'another job, ' || cast(job_id AS varchar(20)) END || '.'
    FROM runner WHERE (minted_for = :#id OR job_id = :#id) AND busy_at IS NOT NULL
  UNION ALL
  SELECT exited_at, 'exited', 'The runner ' || name || ' ended its job.' FROM runner WHERE job_id = :#id AND exited_at IS NOT NULL
  UNION ALL
  SELECT ended_at, 'gone', 'The runner ' || name || ' is gone' || coalesce(': ' || cause, '.') FROM runner WHERE (minted_for = :#id OR job_id = :#id) AND ended_at IS NOT NULL
  UNION ALL
  SELECT at, what, detail FROM event WHERE job_id = :#id
) AS timeline
 ORDER BY at
