-- GitHub refuses the runner version of an image: few and rarer launches with it, until one succeeds.
INSERT INTO image (image, attempts, since, retry_at)
SELECT image, 1, :#now, :#now + :#breakerOpenFor FROM profile WHERE name = :#profile
ON CONFLICT (image) DO UPDATE SET
  attempts = image.attempts + 1,
  retry_at = :#now + :#breakerOpenFor * CASE WHEN image.attempts = 1 THEN 4 ELSE 10 END
WHERE image.retry_at <= :#now
RETURNING image, attempts
