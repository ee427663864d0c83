-- Budgets that are not configured any more hold nobody back.
DELETE FROM budget WHERE checked_at < :#now
