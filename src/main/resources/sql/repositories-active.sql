-- Repositories that sent something within a day: their runs and registrations are swept.
WITH recent AS MATERIALIZED (
  SELECT repository FROM job WHERE updated_at > :#now - 86400000 AND state NOT IN ('IGNORED', 'REFUSED'))
SELECT DISTINCT repository FROM recent ORDER BY repository
