-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The text of JSON that is one value.
case when json_typeof($value) not in ('object', 'array', 'null') then cast($value as varchar(65535)) end
