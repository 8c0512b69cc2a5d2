-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- The text of JSON that is one value.
json_value($value)
