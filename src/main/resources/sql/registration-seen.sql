-- An offline registration that bears our prefix.
INSERT INTO registration (registration_id, name, repository, first_seen_at, seen_at) VALUES (:#registration_id, :#name, :#repository, :#started, :#started)
ON CONFLICT (registration_id) DO UPDATE SET seen_at = excluded.seen_at
