-- A runner of this image has come online: its version is accepted.
DELETE FROM image WHERE image IN (SELECT image FROM profile WHERE name = :#profile)
