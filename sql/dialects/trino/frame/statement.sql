-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A statement with all that it stands on.
with $parts
$text
