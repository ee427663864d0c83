-- A letter that somebody put back.
UPDATE dead_letter SET replayed_at = :#now WHERE id = :#letter RETURNING id, kind, subject, job_id
