-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Text that is JSON.
case when safe.parse_json($value) is not null then $value end
