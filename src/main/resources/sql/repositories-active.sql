-- Repositories that sent something within a day: their runs and registrations are swept.
SELECT DISTINCT repository FROM job WHERE updated_at > :#now - 86400000 AND state NOT IN ('IGNORED', 'REFUSED') ORDER BY repository
