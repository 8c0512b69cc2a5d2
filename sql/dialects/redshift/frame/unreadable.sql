-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The column's name and the reason if something is recorded and could not be read.
case when $given and $name is null then $what end
