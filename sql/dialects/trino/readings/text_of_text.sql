-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Text stands as it is.
cast($value as varchar)
