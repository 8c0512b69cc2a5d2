-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The rows of a table, to be brought over.
select $columns from ($text) as "read"
