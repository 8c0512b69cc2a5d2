-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Text that is JSON.
case when try_parse_json($value) is not null then $value end
