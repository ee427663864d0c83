-- Registrations that were not listed for long.
DELETE FROM registration WHERE seen_at < :#now - 2 * :#registrationGrace
