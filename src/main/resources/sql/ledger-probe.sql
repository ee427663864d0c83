-- Whether the ledger answers; and which images are held back.
SELECT image FROM image ORDER BY image
