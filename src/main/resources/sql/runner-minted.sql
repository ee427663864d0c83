-- The registration exists; its configuration is in memory only. From here on a lost process means: ask for the sandbox by name.
UPDATE runner
   SET state = CASE state WHEN 'INTENT' THEN 'MINTED' ELSE state END, registration = 'HELD', registration_id = :#registration_id,
       minted_at = :#now, deadline_at = :#now + :#jitMaxAge
 WHERE name = :#name
