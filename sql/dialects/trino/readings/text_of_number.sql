-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A number as it is written: floating point as JSON has it.
case when lower(typeof($value)) in ('double', 'real') then json_format(cast($value as json)) else cast($value as varchar) end
