-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A number as it is written there.
cast($value as varchar)
