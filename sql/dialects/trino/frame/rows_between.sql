-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Rows of a time, by the column as it is recorded: its partitions, and what files say of themselves, are used.
$column >= cast(from_unixtime_nanos(cast($least_us as bigint) * 1000) at time zone 'UTC' as $type)
and $column < cast(from_unixtime_nanos(cast($most_us as bigint) * 1000) at time zone 'UTC' as $type)
