-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- No row is left out.
true
