-- Whether budgets are spent (level 2, jobs are parked), nearly spent (1) or not (0). Answers those that changed, each to one replica, so that each change is told once.
UPDATE budget
   SET level = CASE WHEN spent_usd >= usd THEN 2 WHEN spent_usd >= warn_usd THEN 1 ELSE 0 END
 WHERE level <> CASE WHEN spent_usd >= usd THEN 2 WHEN spent_usd >= warn_usd THEN 1 ELSE 0 END
RETURNING name, level, usd, spent_usd, message
