-- How many of what: jobs, runners and deliveries by state, demand and supply by profile, what the runners of this day (UTC) cost so far in millionths of a USD, what must be none, and when each sweep was complete last.
SELECT 'jobs' AS what, state AS label, count(*) AS n FROM job_view
 WHERE job_id IN (SELECT job_id FROM job WHERE state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM')) GROUP BY state
UNION ALL
SELECT 'jobs', 'COMPLETED', count(*) FROM job WHERE state = 'COMPLETED'
UNION ALL
SELECT 'jobs', state, count(*) FROM job WHERE state IN ('IGNORED', 'REFUSED', 'DEAD') GROUP BY state
UNION ALL
SELECT 'runners', state, count(*) FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY state
UNION ALL
SELECT 'runners', state, count(*) FROM runner WHERE state IN ('BUSY', 'EXITED', 'DEAD') GROUP BY state
UNION ALL
SELECT 'runners', 'GONE',
       count(*) - (SELECT count(*) FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE')) - (SELECT count(*) FROM runner WHERE state IN ('BUSY', 'EXITED', 'DEAD'))
  FROM runner
UNION ALL
SELECT 'deliveries', state, count(*) FROM delivery WHERE state <> 'DONE' GROUP BY state
UNION ALL
SELECT 'deliveries', 'DONE', count(*) - (SELECT count(*) FROM delivery WHERE state <> 'DONE') FROM delivery
UNION ALL
SELECT 'demand', profile, count(*) FROM job WHERE state = 'QUEUED' GROUP BY profile
UNION ALL
SELECT 'supply', profile, count(*) FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') GROUP BY profile
UNION ALL
SELECT 'cost', profile,
       CAST(sum(CASE WHEN launched_at < coalesce(exited_at, ended_at, :#now) THEN coalesce(exited_at, ended_at, :#now) - launched_at ELSE 0 END * coalesce(price, 0)) * 1000 AS bigint)
  FROM runner WHERE created_at >= :#now - :#now % 86400000 AND state <> 'INTENT' GROUP BY profile
UNION ALL
SELECT 'used', 'all', count(*) FROM runner
 WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE', 'BUSY', 'EXITED') OR state = 'DEAD' AND sandbox = 'RUNNING'
UNION ALL
SELECT 'unserved', 'all', count(*) FROM job
 WHERE state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM') AND state NOT IN ('WAITING', 'IN_PROGRESS')
   AND queued_at < :#now - :#startWithin
UNION ALL
SELECT 'ownerless', 'all', count(*) FROM sandbox s
 WHERE s.first_seen_at <= :#now - :#orphanGrace
   AND NOT EXISTS (SELECT 1 FROM runner r WHERE r.name = s.name
                      AND (r.state NOT IN ('DEAD', 'GONE') OR r.state = 'DEAD' AND r.sandbox = 'RUNNING' AND r.deadline_at > :#now - :#orphanGrace))
UNION ALL
SELECT 'letters', 'all', count(*) FROM dead_letter WHERE replayed_at IS NULL
UNION ALL
SELECT 'sweep', name, swept_at FROM sweep WHERE name IN ('sandboxes', 'registrations', 'runs')
UNION ALL
SELECT 'sweep', 'deliveries', min(swept_at) FROM sweep WHERE name = 'app' OR name LIKE '%/hooks/%' HAVING count(*) > 0
