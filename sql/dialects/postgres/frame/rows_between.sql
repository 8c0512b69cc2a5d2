-- Rows of a time, by the column as it is recorded: an index or partitions by time are used.
$column >= timestamp '1970-01-01' + $least_us * interval '1 microsecond'
and $column < timestamp '1970-01-01' + $most_us * interval '1 microsecond'
