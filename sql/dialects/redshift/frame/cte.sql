-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A statement under its name, worked out anew wherever it is read, so that only the columns that are asked for are.
$name as ($text)
