-- Which image each profile uses, as configured.
INSERT INTO profile (name, image) VALUES (:#name, :#image)
ON CONFLICT (name) DO UPDATE SET image = excluded.image
