-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- JSON of arrays and objects.
to_json($value)
