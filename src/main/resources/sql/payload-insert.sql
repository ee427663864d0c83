-- The raw payload of a delivery that was stored as new, at the same time.
INSERT INTO payload (received_at, guid, body) VALUES (:#now, :#guid, :#body)
ON CONFLICT (received_at, guid) DO UPDATE SET body = excluded.body
