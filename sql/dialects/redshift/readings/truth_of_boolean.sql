-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Yes or no as it stands.
$value
