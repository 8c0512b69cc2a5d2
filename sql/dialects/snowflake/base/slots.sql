-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time that is read, with the first slot of its local day and of its local month: what cubes are keyed by.
select cast("one"."VALUE" as bigint) as "slot_us", "spans"."day_us", "spans"."month_us", "spans"."stretch_us"
from "spans"
cross join lateral flatten(input => array_generate_range("spans"."start_us", "spans"."until_us", $slot_us)) as "one"
