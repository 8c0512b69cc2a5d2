-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A moment as it is written in UTC.
cast($value as varchar)
