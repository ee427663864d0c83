-- A page of the sandboxes that Modal lists as ours, in one commit. What a list has twice, PostgreSQL would not insert.
INSERT INTO sandbox (sandbox_id, name, repository, first_seen_at, seen_at)
SELECT e.sandbox_id, max(e.name), max(e.repository), :#started, :#started
  FROM jsonb_to_recordset(cast(:#listed AS jsonb)) AS e (sandbox_id text, name text, repository text) GROUP BY e.sandbox_id
ON CONFLICT (sandbox_id) DO UPDATE SET seen_at = excluded.seen_at
