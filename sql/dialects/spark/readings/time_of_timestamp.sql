-- A moment in microseconds since 1970.
unix_micros($value)
