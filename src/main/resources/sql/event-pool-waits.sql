-- Tells every queued job of a pool why it waits, once for each wait.
INSERT INTO event (id, at, job_id, what, detail)
SELECT 'wait-' || cast(j.job_id AS varchar(20)) || '-' || cast(p.since AS varchar(20)) || '-' || cast(p.attempts AS varchar(10)), :#now, j.job_id, 'parked', p.reason_message
  FROM job j JOIN pool p ON p.pool = j.pool WHERE j.pool = :#pool AND j.state = 'QUEUED'
ON CONFLICT (id) DO NOTHING
