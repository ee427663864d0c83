-- GitHub does not know this runner any more.
UPDATE runner SET registration = 'GONE' WHERE name = :#name AND registration = 'DELETE'
