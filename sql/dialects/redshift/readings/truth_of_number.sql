-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Yes or no of a number: 1 and 0 count.
case when $value = 1 then true when $value = 0 then false end
