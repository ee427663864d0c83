-- The budgets, and what was spent of each in its current period.
SELECT name, CASE level WHEN 2 THEN 'SPENT' WHEN 1 THEN 'NEARLY_SPENT' ELSE 'FREE' END AS state, usd, spent_usd, until_at, checked_at
  FROM budget ORDER BY name
