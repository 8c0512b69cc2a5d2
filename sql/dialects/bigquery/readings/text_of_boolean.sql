-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Yes or no in words.
cast($value as string)
