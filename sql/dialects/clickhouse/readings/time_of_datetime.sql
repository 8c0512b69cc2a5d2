-- A moment in microseconds since 1970.
toNullable(toInt64(toUnixTimestamp($value)) * 1000000)
