-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- How long a statement may take, in milliseconds.
set statement_timeout to $limit_ms
