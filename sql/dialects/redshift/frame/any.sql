-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether a table has a row.
select count(*) > 0 from (select 1 as "one" from $table limit 1) as "found"
