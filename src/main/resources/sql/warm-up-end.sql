-- Leaves no trace of the warm-up.
DELETE FROM delivery WHERE guid = :#warmUpGuid
