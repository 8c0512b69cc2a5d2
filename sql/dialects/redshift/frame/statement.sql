-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A statement with all that it stands on.
with $parts
$text
