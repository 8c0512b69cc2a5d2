-- One row a value that could not be used, with its column (and table, if that is not the telemetry) and the reason.
-- `epoch_us` is the time of the row, NULL if it has none; a time that is itself unreadable is counted once, as such.
-- What is found is written as 'column:reason'.
select epoch_us, splitByChar(':', found)[1] as column_name, splitByChar(':', found)[2] as reason
from (
    select epoch_us, arrayJoin(arrayFilter(one -> one <> '', arrayConcat(unreadable_columns, [
        if(not at_given and not has(unreadable_columns, 'timestamp:not a usable time'), 'timestamp:missing', ''),
        if(bad_timestamp = 1, 'timestamp:not a usable time', ''),
        if(bad_input_tokens = 1, 'input_tokens:negative or not a number', ''),
        if(bad_output_tokens = 1, 'output_tokens:negative or not a number', ''),
        if(bad_cost_estimated = 1, 'cost_estimated:negative or not a number', ''),
        if(bad_latency_ms = 1, 'latency_ms:negative or not a number', ''),
        if(bad_cache_savings_estimated = 1, 'cache_savings_estimated:not a number, or more than the cost', ''),
        if(bad_ttft_ms = 1, 'ttft_ms:negative or not a number', ''),
        if(bad_cache_read_input_tokens = 1, 'cache_read_input_tokens:negative or not a number', ''),
        if(bad_cache_write_input_tokens = 1, 'cache_write_input_tokens:negative or not a number', ''),
        if(bad_cache_write_1h_input_tokens = 1, 'cache_write_1h_input_tokens:negative or not a number', ''),
        if(bad_reasoning_output_tokens = 1, 'reasoning_output_tokens:negative or not a number', ''),
        if(bad_attempts = 1, 'attempts:negative or not a number', ''),
        if(bad_guardrails = 1, 'guardrails:negative or not a number', '')
    ]))) as found
    from requests
    where epoch_us is null or notEmpty(unreadable_columns)
        or bad_input_tokens + bad_output_tokens + bad_cost_estimated + bad_latency_ms + bad_cache_savings_estimated
            + bad_ttft_ms + bad_cache_read_input_tokens + bad_cache_write_input_tokens + bad_cache_write_1h_input_tokens
            + bad_reasoning_output_tokens + bad_attempts + bad_guardrails > 0
    union all
    select epoch_us, concat('attempts.', arrayJoin(arrayFilter(one -> one <> '', arrayConcat(unreadable_columns, [
        if(not at_given and not has(unreadable_columns, 'timestamp:not a usable time'), 'timestamp:missing', ''),
        if(bad_timestamp = 1, 'timestamp:not a usable time', ''),
        if(bad_attempt = 1, 'attempt:negative or not a number', ''),
        if(bad_input_tokens = 1, 'input_tokens:negative or not a number', ''),
        if(bad_output_tokens = 1, 'output_tokens:negative or not a number', ''),
        if(bad_cost_estimated = 1, 'cost_estimated:negative or not a number', ''),
        if(bad_latency_ms = 1, 'latency_ms:negative or not a number', '')
    ])))) as found
    from attempts_clean
    where epoch_us is null or notEmpty(unreadable_columns)
        or bad_attempt + bad_input_tokens + bad_output_tokens + bad_cost_estimated + bad_latency_ms > 0
    union all
    select epoch_us, concat('collector_health.', arrayJoin(arrayFilter(one -> one <> '', arrayConcat(unreadable_columns, [
        if(bad_recorded = 1, 'recorded:negative or not a number', ''),
        if(bad_dropped = 1, 'dropped:negative or not a number', ''),
        if(bad_quarantined = 1, 'quarantined:negative or not a number', '')
    ])))) as found
    from collector_health_clean
    where notEmpty(unreadable_columns) or bad_recorded + bad_dropped + bad_quarantined > 0
    union all
    select epoch_us, concat('guardrail_events.', arrayJoin(arrayFilter(one -> one <> '', arrayConcat(unreadable_columns, [
        if(missing_timestamp = 1, 'timestamp:missing', ''),
        if(bad_timestamp = 1, 'timestamp:not a usable time', ''),
        if(bad_cost_estimated = 1, 'cost_estimated:negative or not a number', ''),
        if(bad_cost_avoided = 1, 'cost_avoided:negative or not a number', '')
    ])))) as found
    from guardrail_events_clean
    where epoch_us is null or notEmpty(unreadable_columns) or bad_cost_estimated + bad_cost_avoided > 0
    union all
    select cast(null, 'Nullable(Int64)') as epoch_us, concat('units.', arrayJoin(arrayFilter(one -> one <> '', arrayConcat(unreadable_columns, [
        if(missing_date = 1, 'date:missing', ''),
        if(missing_name = 1, 'name:missing', ''),
        if(missing_quantity = 1, 'quantity:missing', ''),
        if(bad_date = 1, 'date:not a usable time', ''),
        if(bad_quantity = 1, 'quantity:negative or not a number', '')
    ])))) as found
    from units_clean
    where notEmpty(unreadable_columns) or missing_date + missing_name + missing_quantity + bad_date + bad_quantity > 0
) as set_aside
