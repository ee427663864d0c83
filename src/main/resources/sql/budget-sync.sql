-- A budget as configured, in the period that is now. Repeated, it says the same.
INSERT INTO budget (name, pattern, usd, warn_usd, since_at, until_at, message, checked_at)
VALUES (:#name, :#pattern, :#usd, :#warnUsd, :#since, :#until, :#message, :#now)
ON CONFLICT (name) DO UPDATE SET
  pattern = excluded.pattern, usd = excluded.usd, warn_usd = excluded.warn_usd, since_at = excluded.since_at, until_at = excluded.until_at,
  message = excluded.message, checked_at = excluded.checked_at
WHERE budget.checked_at <= excluded.checked_at
