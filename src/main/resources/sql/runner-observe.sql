-- GitHub's word on which job a runner of ours has (any job, not the one it was minted for) moves the runner forward; one whose sandbox has ended already is gone. Late or repeated events change nothing.
UPDATE runner
   SET state = CASE WHEN sandbox = 'GONE' THEN 'GONE' WHEN seen.job_rank = 3 THEN 'EXITED' ELSE 'BUSY' END,
       job_id = seen.taken,
       registration = CASE WHEN seen.job_rank = 3 THEN 'GONE' WHEN sandbox = 'GONE' THEN registration ELSE 'HELD' END,
       sandbox = CASE sandbox WHEN 'GONE' THEN 'GONE' ELSE 'RUNNING' END,
       ended_at = CASE sandbox WHEN 'GONE' THEN coalesce(ended_at, :#now) END,
       busy_at = coalesce(busy_at, seen.started_at, :#now),
       exited_at = CASE seen.job_rank WHEN 3 THEN :#now END,
       next_attempt_at = :#now + :#askAfter,
       deadline_at = CASE seen.job_rank WHEN 3 THEN :#now + :#exitGrace ELSE :#now + :#slowCheck END
  FROM (SELECT runner_name, job_id AS taken, job_rank, started_at,
               row_number() OVER (PARTITION BY runner_name ORDER BY job_rank DESC, event_at DESC, guid) AS place
          FROM delivery WHERE guid IN (:#in:guids) AND job_rank > 1 AND runner_name IS NOT NULL) AS seen
 WHERE seen.place = 1 AND runner.name = seen.runner_name
   AND (runner.state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'DEAD') OR runner.state = 'BUSY' AND seen.job_rank = 3)
RETURNING name, state, job_id, repository
