-- Marks deliveries as done, after their effect stands in the ledger.
UPDATE delivery
   SET state = CASE verdict WHEN 'IGNORED' THEN 'IGNORED' ELSE 'DONE' END, lease_owner = NULL
 WHERE guid IN (:#in:guids) AND state = 'NEW'
