-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- How many rows a table has of a time: whether any came in while it was summed.
select count(*) from $table as "recorded" where $rows
