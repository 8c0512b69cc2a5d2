-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Rows of a time, by the column as it is recorded: what Snowflake knows of its partitions is used.
$column >= cast(to_timestamp_ntz(cast($least_us as bigint), 6) as $type)
and $column < cast(to_timestamp_ntz(cast($most_us as bigint), 6) as $type)
