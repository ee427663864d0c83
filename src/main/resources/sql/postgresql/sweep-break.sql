-- Other replicas may be at work: leases that ran out are cleared, the rest is left alone.
UPDATE sweep SET lease_until = 0 WHERE lease_owner <> :#owner AND lease_until <= :#now
