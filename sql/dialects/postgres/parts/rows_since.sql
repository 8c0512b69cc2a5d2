-- Rows from a moment on, by the column as it is recorded: an index or partitions by time are used.
$column >= timestamp '1970-01-01' + $least_us * interval '1 microsecond'
