-- Somebody was told; once is enough.
INSERT INTO event (id, at, what, detail) VALUES (:#notice, :#now, 'notice', :#text)
ON CONFLICT (id) DO NOTHING
