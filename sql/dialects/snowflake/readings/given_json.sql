-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Whether JSON is recorded: null and blank text are as good as nothing.
coalesce(trim($text, $spaces) <> '', false) or coalesce(typeof($value) in ('OBJECT', 'ARRAY'), false)
