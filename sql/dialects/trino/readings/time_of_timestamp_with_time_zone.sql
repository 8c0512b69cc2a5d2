-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A moment in microseconds since 1970, as that of one without a zone.
date_diff('second', timestamp '1970-01-01 00:00:00', date_trunc('second', cast($value at time zone 'UTC' as timestamp(6)))) * 1000000
    + cast(rpad(split_part(cast(cast($value at time zone 'UTC' as timestamp(6)) as varchar), '.', 2), 6, '0') as bigint)
