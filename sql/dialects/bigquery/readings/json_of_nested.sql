-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- JSON of arrays and structs.
to_json_string($value)
