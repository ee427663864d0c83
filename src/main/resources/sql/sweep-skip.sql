-- A sweep that saw too little to act on: its count is kept, what was seen is not.
UPDATE sweep SET lease_until = 0, counted = :#counted WHERE name = :#sweep AND lease_owner = :#owner
