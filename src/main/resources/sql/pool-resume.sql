-- A limit of GitHub ends when it said: its pools need no probe.
DELETE FROM pool WHERE reason_code = 'github_rate_limited' AND retry_at <= :#now
