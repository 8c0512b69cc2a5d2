-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A moment without a zone is in UTC: in microseconds since 1970.
datediff(microsecond, cast('1970-01-01' as timestamp), $value)
