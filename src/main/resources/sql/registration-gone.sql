-- GitHub does not know this runner any more. Its sandbox, if it runs, gets a while for an event that says otherwise.
UPDATE runner SET registration = 'GONE', deadline_at = :#now + :#reapGrace, next_attempt_at = :#now + :#reapGrace
 WHERE name = :#name AND registration = 'DELETE'
