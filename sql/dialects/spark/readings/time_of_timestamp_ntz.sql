-- A moment without a zone is in UTC, as the session is: in microseconds since 1970.
unix_micros(cast($value as timestamp))
