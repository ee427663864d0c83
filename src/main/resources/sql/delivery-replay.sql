-- Puts a dead delivery back; repeated, or for any other delivery, it changes nothing.
UPDATE delivery
   SET state = 'NEW', attempts = 0, next_attempt_at = 0, lease_owner = NULL, lease_until = 0,
       reason_code = CASE verdict WHEN 'ADMITTED' THEN NULL ELSE reason_code END,
       reason_message = CASE verdict WHEN 'ADMITTED' THEN NULL ELSE reason_message END
 WHERE guid = :#guid AND state = 'DEAD'
RETURNING guid
