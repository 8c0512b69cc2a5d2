-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The local days of the history, which the report's own calendar has worked out.
select
    cast(get("one"."VALUE", 'start_us') as bigint) as "start_us",
    cast(get("one"."VALUE", 'until_us') as bigint) as "until_us",
    cast(get("one"."VALUE", 'day_us') as bigint) as "day_us"
from (select parse_json($history_spans) as "rows") as "given"
cross join lateral flatten(input => "given"."rows") as "one"
