-- Marks a letter that somebody put back; repeated, it stays so.
UPDATE dead_letter SET replayed_at = coalesce(replayed_at, :#now) WHERE id = :#letter
