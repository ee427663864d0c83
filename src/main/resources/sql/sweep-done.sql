-- A complete sweep: what was seen is newer than the sweep before the last one.
UPDATE sweep SET lease_until = 0, counted = :#counted, position = :#position, before_at = swept_at, swept_at = :#started WHERE name = :#sweep AND lease_owner = :#owner
