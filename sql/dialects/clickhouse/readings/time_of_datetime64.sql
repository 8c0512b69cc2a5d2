-- A moment in microseconds since 1970; what is finer is cut.
toNullable(toUnixTimestamp64Micro(toDateTime64($value, 6, 'UTC')))
