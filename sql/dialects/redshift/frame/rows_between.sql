-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Rows of a time, by the column as it is recorded and by whole seconds: what Redshift knows of its blocks is used.
$column >= cast(dateadd(second, cast(floor($least_us / 1000000.0) as integer), cast('1970-01-01' as timestamp)) as $type)
and $column < cast(dateadd(second, cast(floor($most_us / 1000000.0) as integer) + 1, cast('1970-01-01' as timestamp)) as $type)
