-- What the runners that were wanted since a time cost, by repository, workflow, profile or day (UTC): seconds from the sandbox's start to its end, at the price of its profile when it started. A runner belongs to the job that it took; one that took none, to the repository that it was started for.
SELECT repository, workflow, profile, day, count(*) AS runners, count(job_id) AS jobs, CAST(sum(millis) / 1000 AS bigint) AS seconds,
       sum(millis * coalesce(price, 0)) / 1000 AS usd, sum(CASE WHEN price IS NULL AND millis > 0 THEN 1 ELSE 0 END) AS unpriced
  FROM (SELECT CASE WHEN :#by IN ('repository', 'workflow') THEN coalesce(j.repository, r.repository) END AS repository,
               CASE WHEN :#by = 'workflow' THEN j.workflow END AS workflow,
               CASE WHEN :#by = 'profile' THEN r.profile END AS profile,
               CASE WHEN :#by = 'day' THEN r.created_at - r.created_at % 86400000 END AS day,
               j.job_id, r.price,
               CASE WHEN r.launched_at < coalesce(r.exited_at, r.ended_at, :#now) THEN coalesce(r.exited_at, r.ended_at, :#now) - r.launched_at ELSE 0 END AS millis
          FROM runner r LEFT JOIN job j ON j.job_id = r.job_id
         WHERE r.created_at >= :#since AND r.state <> 'INTENT') AS used
 GROUP BY repository, workflow, profile, day
 ORDER BY usd DESC, repository, workflow, profile, day
