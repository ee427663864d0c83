-- Keeps what cannot be processed, with its cause and place; a repeat counts as another attempt of the same letter.
INSERT INTO dead_letter (id, kind, subject, job_id, original, cause, route, step, attempts, parked_at)
VALUES (:#letter, :#kind, :#subject, :#job_id, :#original, :#cause, :#route, :#step, 1, :#now)
ON CONFLICT (id) DO UPDATE SET cause = excluded.cause, route = excluded.route, step = excluded.step,
  attempts = dead_letter.attempts + 1, parked_at = excluded.parked_at, replayed_at = NULL
