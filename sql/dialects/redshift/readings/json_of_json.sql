-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- JSON as text.
json_serialize($value)
