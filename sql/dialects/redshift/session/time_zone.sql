-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Moments are in UTC.
set timezone to 'UTC'
