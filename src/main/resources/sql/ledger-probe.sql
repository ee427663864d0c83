-- Whether the ledger answers.
SELECT count(*) AS pools FROM pool
