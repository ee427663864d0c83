-- The times of runners that found a job since the last look, in milliseconds. Each is told once, to one replica.
UPDATE runner SET measured = 1
 WHERE name IN (SELECT name FROM runner WHERE busy_at IS NOT NULL AND measured = 0 ORDER BY busy_at LIMIT 500) AND busy_at IS NOT NULL AND measured = 0
RETURNING (SELECT first_seen_at - queued_at FROM job WHERE job.job_id = runner.minted_for) AS delivery,
          created_at - (SELECT first_seen_at FROM job WHERE job.job_id = runner.minted_for) AS queue,
          claimed_at - created_at AS pacing, minted_at - claimed_at AS mint, launched_at - minted_at AS "create",
          coalesce(online_at, busy_at) - launched_at AS boot, busy_at - online_at AS assignment,
          busy_at - (SELECT queued_at FROM job WHERE job.job_id = runner.minted_for) AS total
