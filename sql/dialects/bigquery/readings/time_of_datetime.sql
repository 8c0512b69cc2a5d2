-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A moment without a zone is in UTC: in microseconds since 1970.
unix_micros(timestamp($value))
