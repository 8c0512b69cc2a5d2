-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- A moment in microseconds since 1970, in UTC whatever its zone is.
date_part(epoch_microsecond, $value)
