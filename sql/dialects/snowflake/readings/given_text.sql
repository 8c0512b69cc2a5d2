-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Whether text is recorded: blank is as good as nothing.
coalesce(trim($value, $spaces) <> '', false)
