-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The local days of the report, which the report's own calendar has worked out.
select
    cast(get("one"."VALUE", 'start_us') as bigint) as "start_us",
    cast(get("one"."VALUE", 'until_us') as bigint) as "until_us",
    cast(get("one"."VALUE", 'day_us') as bigint) as "day_us",
    cast(get("one"."VALUE", 'month_us') as bigint) as "month_us",
    cast(get("one"."VALUE", 'stretch_us') as bigint) as "stretch_us"
from (select parse_json($spans) as "rows") as "given"
cross join lateral flatten(input => "given"."rows") as "one"
