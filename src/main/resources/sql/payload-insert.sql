-- The raw payload of a delivery that was stored as new; a quarantined one that is judged afresh may come with another.
INSERT INTO payload (guid, received_at, body) VALUES (:#guid, :#now, :#body)
ON CONFLICT (guid) DO UPDATE SET received_at = excluded.received_at, body = excluded.body
