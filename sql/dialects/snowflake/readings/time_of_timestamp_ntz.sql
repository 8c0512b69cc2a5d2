-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- A moment without a zone is in UTC: in microseconds since 1970.
date_part(epoch_microsecond, $value)
