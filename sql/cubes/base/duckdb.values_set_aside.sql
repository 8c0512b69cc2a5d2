-- One row a value that could not be used, with its column (and table, if that is not the telemetry) and the reason.
-- `epoch_us` is the time of the row, NULL if it has none; a time that is itself unreadable is counted once, as such.
select epoch_us, unnest(found, recursive := true)
from (
    select epoch_us, list_filter(list_concat(unreadable_columns, [
        case when not at_given and not is_unreadable(unreadable_columns, 'timestamp')
            then {'column_name': 'timestamp', 'reason': 'missing'} end,
        case when bad_timestamp = 1 then {'column_name': 'timestamp', 'reason': 'not a usable time'} end,
        case when bad_input_tokens = 1 then {'column_name': 'input_tokens', 'reason': 'negative or not a number'} end,
        case when bad_output_tokens = 1 then {'column_name': 'output_tokens', 'reason': 'negative or not a number'} end,
        case when bad_cost_estimated = 1 then {'column_name': 'cost_estimated', 'reason': 'negative or not a number'} end,
        case when bad_latency_ms = 1 then {'column_name': 'latency_ms', 'reason': 'negative or not a number'} end,
        case when bad_cache_savings_estimated = 1
            then {'column_name': 'cache_savings_estimated', 'reason': 'not a number, or more than the cost'} end,
        case when bad_ttft_ms = 1 then {'column_name': 'ttft_ms', 'reason': 'negative or not a number'} end,
        case when bad_cache_read_input_tokens = 1
            then {'column_name': 'cache_read_input_tokens', 'reason': 'negative or not a number'} end,
        case when bad_cache_write_input_tokens = 1
            then {'column_name': 'cache_write_input_tokens', 'reason': 'negative or not a number'} end,
        case when bad_cache_write_1h_input_tokens = 1
            then {'column_name': 'cache_write_1h_input_tokens', 'reason': 'negative or not a number'} end,
        case when bad_reasoning_output_tokens = 1
            then {'column_name': 'reasoning_output_tokens', 'reason': 'negative or not a number'} end,
        case when bad_attempts = 1 then {'column_name': 'attempts', 'reason': 'negative or not a number'} end,
        case when bad_guardrails = 1 then {'column_name': 'guardrails', 'reason': 'negative or not a number'} end
    ]), lambda one: one is not null) as found
    from requests
    where epoch_us is null or unreadable_columns is not null
        or bad_input_tokens + bad_output_tokens + bad_cost_estimated + bad_latency_ms + bad_cache_savings_estimated
            + bad_ttft_ms + bad_cache_read_input_tokens + bad_cache_write_input_tokens + bad_cache_write_1h_input_tokens
            + bad_reasoning_output_tokens + bad_attempts + bad_guardrails > 0
) of_requests
union all
select epoch_us, unnest(found, recursive := true)
from (
    select epoch_us, list_transform(list_filter(list_concat(unreadable_columns, [
        case when not at_given and not is_unreadable(unreadable_columns, 'timestamp')
            then {'column_name': 'timestamp', 'reason': 'missing'} end,
        case when bad_timestamp = 1 then {'column_name': 'timestamp', 'reason': 'not a usable time'} end,
        case when bad_attempt = 1 then {'column_name': 'attempt', 'reason': 'negative or not a number'} end,
        case when bad_input_tokens = 1 then {'column_name': 'input_tokens', 'reason': 'negative or not a number'} end,
        case when bad_output_tokens = 1 then {'column_name': 'output_tokens', 'reason': 'negative or not a number'} end,
        case when bad_cost_estimated = 1 then {'column_name': 'cost_estimated', 'reason': 'negative or not a number'} end,
        case when bad_latency_ms = 1 then {'column_name': 'latency_ms', 'reason': 'negative or not a number'} end
    ]), lambda one: one is not null), lambda one: {'column_name': 'attempts.' || one.column_name, 'reason': one.reason}) as found
    from attempts_clean
    where epoch_us is null or unreadable_columns is not null
        or bad_attempt + bad_input_tokens + bad_output_tokens + bad_cost_estimated + bad_latency_ms > 0
) of_attempts
union all
select epoch_us, unnest(found, recursive := true)
from (
    select epoch_us, list_transform(list_filter(list_concat(unreadable_columns, [
        case when bad_recorded = 1 then {'column_name': 'recorded', 'reason': 'negative or not a number'} end,
        case when bad_dropped = 1 then {'column_name': 'dropped', 'reason': 'negative or not a number'} end,
        case when bad_quarantined = 1 then {'column_name': 'quarantined', 'reason': 'negative or not a number'} end
    ]), lambda one: one is not null), lambda one: {'column_name': 'collector_health.' || one.column_name, 'reason': one.reason}) as found
    from collector_health_clean
    where unreadable_columns is not null or bad_recorded + bad_dropped + bad_quarantined > 0
) of_the_collector
union all
select epoch_us, unnest(found, recursive := true)
from (
    select epoch_us, list_transform(list_filter(list_concat(unreadable_columns, [
        case when missing_timestamp = 1 then {'column_name': 'timestamp', 'reason': 'missing'} end,
        case when bad_timestamp = 1 then {'column_name': 'timestamp', 'reason': 'not a usable time'} end,
        case when bad_cost_estimated = 1 then {'column_name': 'cost_estimated', 'reason': 'negative or not a number'} end,
        case when bad_cost_avoided = 1 then {'column_name': 'cost_avoided', 'reason': 'negative or not a number'} end
    ]), lambda one: one is not null), lambda one: {'column_name': 'guardrail_events.' || one.column_name, 'reason': one.reason}) as found
    from guardrail_events_clean
    where epoch_us is null or unreadable_columns is not null or bad_cost_estimated + bad_cost_avoided > 0
) of_guardrails
union all
select epoch_us, unnest(found, recursive := true)
from (
    select cast(null as bigint) as epoch_us, list_transform(list_filter(list_concat(unreadable_columns, [
        case when missing_date = 1 then {'column_name': 'date', 'reason': 'missing'} end,
        case when missing_name = 1 then {'column_name': 'name', 'reason': 'missing'} end,
        case when missing_quantity = 1 then {'column_name': 'quantity', 'reason': 'missing'} end,
        case when bad_date = 1 then {'column_name': 'date', 'reason': 'not a usable time'} end,
        case when bad_quantity = 1 then {'column_name': 'quantity', 'reason': 'negative or not a number'} end
    ]), lambda one: one is not null), lambda one: {'column_name': 'units.' || one.column_name, 'reason': one.reason}) as found
    from units_clean
    where unreadable_columns is not null or missing_date + missing_name + missing_quantity + bad_date + bad_quantity > 0
) of_units
