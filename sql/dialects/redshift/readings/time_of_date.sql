-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A day as the moment of its beginning, in microseconds since 1970.
datediff(day, cast('1970-01-01' as date), $value) * cast(86400000000 as bigint)
