-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A value under its name.
$value as $name
