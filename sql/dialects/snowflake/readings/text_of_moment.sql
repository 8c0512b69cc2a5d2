-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- A moment as it is written, without the zeros at the end of its fraction; the session says how it is, with six places.
regexp_replace(to_varchar($value), '([.][0-9]*[1-9])0+$|[.]0+$', '\\1')
