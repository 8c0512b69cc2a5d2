-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time of the history, with the first slot of its local day.
select cast("one"."VALUE" as bigint) as "slot_us", "history_spans"."day_us"
from "history_spans"
cross join lateral flatten(
    input => array_generate_range("history_spans"."start_us", "history_spans"."until_us", $history_slot_us)
) as "one"
