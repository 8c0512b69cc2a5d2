-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A number as it is written.
cast($value as string)
