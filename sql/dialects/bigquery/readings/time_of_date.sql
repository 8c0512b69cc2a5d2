-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A day as the moment of its beginning, in microseconds since 1970.
unix_date($value) * 86400000000
