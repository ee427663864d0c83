-- A page of the sandboxes that Modal lists as ours, in one commit.
INSERT INTO sandbox (sandbox_id, name, repository, first_seen_at, seen_at)
SELECT e.value ->> 'sandbox_id', e.value ->> 'name', e.value ->> 'repository', :#started, :#started FROM json_each(:#listed) AS e WHERE true
ON CONFLICT (sandbox_id) DO UPDATE SET seen_at = excluded.seen_at
