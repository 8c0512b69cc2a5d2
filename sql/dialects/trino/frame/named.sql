-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A value under its name.
$value as $name
