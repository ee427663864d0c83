-- No sandbox of this name runs after its create went unanswered: the name is never sent again. A sandbox that appears late finds no registration and ends.
UPDATE runner
   SET state = 'DEAD', cause = 'Its create was not answered, and no sandbox of this name runs.', registration = 'DELETE', ended_at = :#now,
       next_attempt_at = :#now
 WHERE name = :#name AND state = 'MINTED'
