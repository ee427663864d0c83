-- The lease of a sweep that goes on lasts anew. No row back: another replica has it.
UPDATE sweep SET lease_until = :#now + :#sweepLease WHERE name = :#name AND lease_owner = :#owner
RETURNING name
