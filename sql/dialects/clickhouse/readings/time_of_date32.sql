-- A day as the moment of its beginning, in microseconds since 1970.
toNullable(toInt64(toInt32($value)) * 86400000000)
