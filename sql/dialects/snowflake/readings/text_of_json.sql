-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The text of JSON that is one value.
case when typeof($value) not in ('OBJECT', 'ARRAY', 'NULL_VALUE') then cast($value as varchar) end
