-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Text stands as it is.
$value
