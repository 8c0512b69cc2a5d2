-- Rows of a time, by the column as it is recorded: its partitions, and what files say of themselves, are used.
$column >= cast(timestamp_micros($least_us) as $type) and $column < cast(timestamp_micros($most_us) as $type)
