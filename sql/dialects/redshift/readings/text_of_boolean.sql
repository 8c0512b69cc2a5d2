-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Yes or no in words.
case when $value then 'true' when not $value then 'false' end
