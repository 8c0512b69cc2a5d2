-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Whether anything is recorded.
$value is not null
