-- The runners of a pool that may be idle, longest online first: their busy flag is to be refreshed.
SELECT name, pool, repository, profile, installation_id, minted_for, job_id, registration, registration_id, sandbox_id, state, deadline_at, online_at
  FROM runner WHERE pool = :#pool AND state IN ('INTENT', 'MINTED', 'LAUNCHED', 'ONLINE') AND state IN ('LAUNCHED', 'ONLINE')
 ORDER BY created_at, name LIMIT 5
