-- A sandbox that Modal lists as ours.
INSERT INTO sandbox (sandbox_id, name, repository, first_seen_at, seen_at) VALUES (:#sandbox_id, :#name, :#repository, :#started, :#started)
ON CONFLICT (sandbox_id) DO UPDATE SET seen_at = excluded.seen_at
