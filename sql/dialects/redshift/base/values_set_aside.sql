-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- One row a value that could not be used, with its column (and table, if that is not the telemetry) and the reason.
-- `epoch_us` is the time of the row, NULL if it has none; a time that is itself unreadable is counted once, as such.
-- What is found is written as 'column:reason'.
select
    "set_aside"."epoch_us",
    "set_aside"."table_name" || split_part(cast("one" as varchar), ':', 1) as "column_name",
    split_part(cast("one" as varchar), ':', 2) as "reason"
from (
    select "epoch_us", '' as "table_name", array_concat("unreadable_columns", array(
        case when not "at_given" and not array_contains("unreadable_columns", 'timestamp:not a usable time')
            then 'timestamp:missing' end,
        case when "bad_timestamp" = 1 then 'timestamp:not a usable time' end,
        case when "bad_input_tokens" = 1 then 'input_tokens:negative or not a number' end,
        case when "bad_output_tokens" = 1 then 'output_tokens:negative or not a number' end,
        case when "bad_cost_estimated" = 1 then 'cost_estimated:negative or not a number' end,
        case when "bad_latency_ms" = 1 then 'latency_ms:negative or not a number' end,
        case when "bad_cache_savings_estimated" = 1 then 'cache_savings_estimated:not a number, or more than the cost' end,
        case when "bad_ttft_ms" = 1 then 'ttft_ms:negative or not a number' end,
        case when "bad_cache_read_input_tokens" = 1 then 'cache_read_input_tokens:negative or not a number' end,
        case when "bad_cache_write_input_tokens" = 1 then 'cache_write_input_tokens:negative or not a number' end,
        case when "bad_cache_write_1h_input_tokens" = 1 then 'cache_write_1h_input_tokens:negative or not a number' end,
        case when "bad_reasoning_output_tokens" = 1 then 'reasoning_output_tokens:negative or not a number' end,
        case when "bad_attempts" = 1 then 'attempts:negative or not a number' end,
        case when "bad_guardrails" = 1 then 'guardrails:negative or not a number' end
    )) as "all_found"
    from "requests"
    union all
    select "epoch_us", 'attempts.' as "table_name", array_concat("unreadable_columns", array(
        case when not "at_given" and not array_contains("unreadable_columns", 'timestamp:not a usable time')
            then 'timestamp:missing' end,
        case when "bad_timestamp" = 1 then 'timestamp:not a usable time' end,
        case when "bad_attempt" = 1 then 'attempt:negative or not a number' end,
        case when "bad_input_tokens" = 1 then 'input_tokens:negative or not a number' end,
        case when "bad_output_tokens" = 1 then 'output_tokens:negative or not a number' end,
        case when "bad_cost_estimated" = 1 then 'cost_estimated:negative or not a number' end,
        case when "bad_latency_ms" = 1 then 'latency_ms:negative or not a number' end
    )) as "all_found"
    from "attempts_clean"
    union all
    select "epoch_us", 'collector_health.' as "table_name", array_concat("unreadable_columns", array(
        case when "bad_recorded" = 1 then 'recorded:negative or not a number' end,
        case when "bad_dropped" = 1 then 'dropped:negative or not a number' end,
        case when "bad_quarantined" = 1 then 'quarantined:negative or not a number' end
    )) as "all_found"
    from "collector_health_clean"
    union all
    select "epoch_us", 'guardrail_events.' as "table_name", array_concat("unreadable_columns", array(
        case when "missing_timestamp" = 1 then 'timestamp:missing' end,
        case when "bad_timestamp" = 1 then 'timestamp:not a usable time' end,
        case when "bad_cost_estimated" = 1 then 'cost_estimated:negative or not a number' end,
        case when "bad_cost_avoided" = 1 then 'cost_avoided:negative or not a number' end
    )) as "all_found"
    from "guardrail_events_clean"
    union all
    select cast(null as bigint) as "epoch_us", 'units.' as "table_name", array_concat("unreadable_columns", array(
        case when "missing_date" = 1 then 'date:missing' end,
        case when "missing_name" = 1 then 'name:missing' end,
        case when "missing_quantity" = 1 then 'quantity:missing' end,
        case when "bad_date" = 1 then 'date:not a usable time' end,
        case when "bad_quantity" = 1 then 'quantity:negative or not a number' end
    )) as "all_found"
    from "units_clean"
) as "set_aside", "set_aside"."all_found" as "one"
where "one" is not null
