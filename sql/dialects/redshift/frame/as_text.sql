-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A value as text: an exact number to its last digit, JSON as it is written.
cast($value as varchar)
