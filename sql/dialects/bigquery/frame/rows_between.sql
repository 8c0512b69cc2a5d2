-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Rows of a time, by the column as it is recorded: its partitions are used.
$column >= cast(timestamp_micros($least_us) as $type) and $column < cast(timestamp_micros($most_us) as $type)
