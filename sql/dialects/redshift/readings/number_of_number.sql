-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A number in floating point of double precision.
cast($value as double precision)
