-- Rows of a time and a second around it, by the column as it is recorded: its partitions and its order are used.
$column >= fromUnixTimestamp64Micro(toInt64($least_us) - 1000000, 'UTC')
and $column < fromUnixTimestamp64Micro(toInt64($most_us) + 1000000, 'UTC')
