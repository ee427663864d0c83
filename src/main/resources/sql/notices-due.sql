-- What somebody should be told and was not yet: dead letters, budgets that are spent or nearly so, and breakers that are open, once an hour. What a message may contain is escaped as Slack asks for.
SELECT 'notice-letter-' || id || '-' || cast(parked_at AS varchar(20)) AS notice, job_id,
       ':envelope: Dead letter ' || id || ': ' || replace(replace(replace(cause, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS text
  FROM dead_letter d
 WHERE replayed_at IS NULL AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = 'notice-letter-' || d.id || '-' || cast(d.parked_at AS varchar(20)))
UNION ALL
SELECT 'notice-budget-' || substr(name, 1, 100) || '-' || cast(until_at AS varchar(20)) || '-' || cast(level AS varchar(1)), NULL,
       ':moneybag: The budget ' || name || CASE level WHEN 2 THEN ' is spent: new jobs wait.' ELSE ' is nearly spent.' END
  FROM budget b
 WHERE level > 0
   AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = 'notice-budget-' || substr(b.name, 1, 100) || '-' || cast(b.until_at AS varchar(20)) || '-' || cast(b.level AS varchar(1)))
UNION ALL
SELECT 'notice-github-' || cast(:#now / 3600000 AS varchar(20)), NULL, ':warning: GitHub does not answer well: calls are held back, jobs wait.'
 WHERE :#githubOpen = 1 AND NOT EXISTS (SELECT 1 FROM event WHERE id = 'notice-github-' || cast(:#now / 3600000 AS varchar(20)))
UNION ALL
SELECT 'notice-launcher-' || cast(:#now / 3600000 AS varchar(20)), NULL, ':warning: The launcher does not answer well: calls are held back, jobs wait.'
 WHERE :#launcherOpen = 1 AND NOT EXISTS (SELECT 1 FROM event WHERE id = 'notice-launcher-' || cast(:#now / 3600000 AS varchar(20)))
