-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Yes or no in words.
cast($value as varchar)
