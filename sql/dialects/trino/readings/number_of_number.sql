-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A number in floating point of double precision.
cast($value as double)
