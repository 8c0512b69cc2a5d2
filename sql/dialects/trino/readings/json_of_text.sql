-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Text that is JSON.
case when try(json_parse(cast($value as varchar))) is not null then cast($value as varchar) end
