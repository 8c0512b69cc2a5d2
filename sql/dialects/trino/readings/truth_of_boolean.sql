-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Yes or no as it stands.
$value
