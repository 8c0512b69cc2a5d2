-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- The local days of the report, which the report's own calendar has worked out.
select start_us, until_us, day_us, month_us, stretch_us
from unnest(cast(json_parse($spans) as array(row(start_us bigint, until_us bigint, day_us bigint, month_us bigint, stretch_us bigint))))
    as given (start_us, until_us, day_us, month_us, stretch_us)
