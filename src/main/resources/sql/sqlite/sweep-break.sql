-- This process alone uses the ledger, so every other sweep was cut short with its process.
UPDATE sweep SET lease_until = 0 WHERE lease_owner <> :#owner
