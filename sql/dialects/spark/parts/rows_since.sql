-- Rows from a moment on, by the column as it is recorded: its partitions, and what files say of themselves, are used.
$column >= cast(timestamp_micros($least_us) as $type)
