-- Rows from a second before a moment on, by the column as it is recorded: its partitions and its order are used.
$column >= fromUnixTimestamp64Micro(toInt64($least_us) - 1000000, 'UTC')
