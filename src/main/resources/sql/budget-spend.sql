-- What the runners that were wanted in the period of each budget cost so far: runners are read once, however many budgets there are. Repeated, it says the same.
WITH used AS (
  SELECT lower(coalesce(j.repository, r.repository)) AS repository, r.created_at - r.created_at % 86400000 AS day, coalesce(r.price, 0) AS price,
         CASE WHEN r.launched_at < coalesce(r.exited_at, r.ended_at, :#now) THEN coalesce(r.exited_at, r.ended_at, :#now) - r.launched_at ELSE 0 END AS millis
    FROM runner r LEFT JOIN job j ON j.job_id = r.job_id
   WHERE r.created_at >= (SELECT min(since_at) FROM budget)),
spent AS MATERIALIZED (
  SELECT repository, day, sum(millis * price) / 1000 AS usd FROM used GROUP BY repository, day)
UPDATE budget
   SET spent_usd = coalesce((SELECT sum(s.usd) FROM spent s WHERE s.day >= budget.since_at AND s.repository LIKE budget.pattern ESCAPE '!'), 0)
