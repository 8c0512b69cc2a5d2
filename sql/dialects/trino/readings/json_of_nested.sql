-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- JSON of arrays, maps and rows.
json_format(cast($value as json))
