-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- No row is left out.
true
