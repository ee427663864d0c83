-- A launched runner shows that its pool can be served: its back-off is over.
DELETE FROM pool WHERE pool = :#pool
