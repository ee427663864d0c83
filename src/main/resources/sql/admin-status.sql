-- How many of what are in which state.
SELECT 'jobs' AS what, state, count(*) AS n FROM job_view GROUP BY state
UNION ALL
SELECT 'runners', state, count(*) FROM runner GROUP BY state
UNION ALL
SELECT 'deliveries', state, count(*) FROM delivery WHERE state <> 'DONE' GROUP BY state
UNION ALL
SELECT 'deliveries', 'DONE', count(*) - (SELECT count(*) FROM delivery WHERE state <> 'DONE') FROM delivery
