-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A UUID as it is written.
cast($value as varchar)
