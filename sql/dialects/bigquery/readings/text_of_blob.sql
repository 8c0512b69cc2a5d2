-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Bytes as text if they are UTF-8.
safe_cast($value as string)
