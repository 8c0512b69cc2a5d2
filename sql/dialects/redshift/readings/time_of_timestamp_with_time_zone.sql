-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A moment in microseconds since 1970, in UTC whatever its zone is.
datediff(microsecond, cast('1970-01-01' as timestamp), $value at time zone 'UTC')
