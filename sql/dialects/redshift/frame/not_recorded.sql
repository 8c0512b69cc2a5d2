-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A column that is not recorded, which the page calls 'not recorded'.
cast(null as $type)
