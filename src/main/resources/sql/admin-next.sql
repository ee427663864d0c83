-- What comes next for a job, a sentence, and by when; no row for one that is over or not ours.
SELECT CASE state
         WHEN 'WAITING' THEN 'People have to approve it at GitHub; GitHub is asked about it again then.'
         WHEN 'CHECKING' THEN 'GitHub is asked whose code its run brings; then it is served or refused.'
         WHEN 'BLOCKED_UPSTREAM' THEN 'GitHub is asked about it again, and it gets another chance.'
         WHEN 'IN_PROGRESS' THEN 'Its end is told by GitHub; should that get lost, GitHub is asked then.'
         WHEN 'BUDGET' THEN 'It is served when the period of the budget ends, or once the budget is raised.'
         WHEN 'POOL' THEN 'A runner is tried for its pool again.'
         WHEN 'IMAGE' THEN 'One runner tries whether GitHub accepts the image by then.'
         WHEN 'LIMIT' THEN 'It gets a runner as soon as enough of those that run have ended; GitHub is asked about it meanwhile.'
         WHEN 'ONLINE' THEN 'A runner of its pool is online: GitHub gives it the job, or is asked why not.'
         WHEN 'LAUNCHED' THEN 'The sandbox of a runner of its pool starts: it is online by then, or given up.'
         WHEN 'MINTED' THEN 'A runner of its pool is registered, and its sandbox is asked for.'
         ELSE 'A runner of its pool is registered at GitHub as soon as the pace of mints and creates allows.' END AS message, at
  FROM (SELECT CASE WHEN v.state <> 'PARKED' AND j.state <> 'QUEUED' THEN j.state
                    WHEN v.state = 'PARKED' AND b.until_at IS NOT NULL THEN 'BUDGET'
                    WHEN v.state = 'PARKED' AND p.pool IS NOT NULL THEN 'POOL'
                    WHEN v.state = 'PARKED' AND i.image IS NOT NULL THEN 'IMAGE'
                    WHEN v.state = 'PARKED' THEN 'LIMIT'
                    ELSE coalesce(r.state, 'INTENT') END AS state,
               CASE WHEN v.state = 'PARKED' THEN coalesce(b.until_at, p.retry_at, i.retry_at, j.check_at)
                    WHEN j.state = 'QUEUED' AND r.state IN ('MINTED', 'LAUNCHED') THEN r.deadline_at
                    ELSE j.check_at END AS at
          FROM job_view v JOIN job j ON j.job_id = v.job_id
          LEFT JOIN (SELECT q.job_id, max(x.until_at) AS until_at FROM job q JOIN budget x ON x.level = 2 AND lower(q.repository) LIKE x.pattern ESCAPE '!'
                      WHERE q.job_id = :#id GROUP BY q.job_id) AS b ON b.job_id = v.job_id
          LEFT JOIN pool p ON p.pool = v.pool
          LEFT JOIN profile f ON f.name = v.profile LEFT JOIN image i ON i.image = f.image
          LEFT JOIN (SELECT pool, state, deadline_at,
                            row_number() OVER (PARTITION BY pool ORDER BY CASE state WHEN 'ONLINE' THEN 1 WHEN 'LAUNCHED' THEN 2 WHEN 'MINTED' THEN 3 ELSE 4 END, deadline_at, name) AS place
                       FROM runner WHERE state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND pool = (SELECT pool FROM job WHERE job_id = :#id)) AS r
                 ON r.pool = v.pool AND r.place = 1
         WHERE v.job_id = :#id AND j.state IN ('WAITING', 'CHECKING', 'QUEUED', 'IN_PROGRESS', 'BLOCKED_UPSTREAM')) AS step
