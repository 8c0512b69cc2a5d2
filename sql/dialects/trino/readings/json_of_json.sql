-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- JSON as text.
json_format($value)
