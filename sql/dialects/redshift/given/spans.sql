-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The local days of the report, which the report's own calendar has worked out.
select
    cast("one"."start_us" as bigint) as "start_us",
    cast("one"."until_us" as bigint) as "until_us",
    cast("one"."day_us" as bigint) as "day_us",
    cast("one"."month_us" as bigint) as "month_us",
    cast("one"."stretch_us" as bigint) as "stretch_us"
from (select json_parse($spans) as "rows") as "given", "given"."rows" as "one"
