-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- JSON as text.
to_json($value)
