-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether anything is recorded.
$value is not null
