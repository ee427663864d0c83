-- Which image each profile uses and what it costs, as configured.
INSERT INTO profile (name, image, price) VALUES (:#name, :#image, CAST(:#price AS double precision))
ON CONFLICT (name) DO UPDATE SET image = excluded.image, price = excluded.price
