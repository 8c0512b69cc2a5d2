-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A column that is not recorded, which the page calls 'not recorded'.
cast(null as $type)
