-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- The text of JSON that is one value.
json_extract_scalar($value, '$')
