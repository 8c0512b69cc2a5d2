-- One row an attempt with values that can be summed; without those the router gave up or left out on purpose: they are no failures.
select
    case when epoch_us(timestamp) >= 946684800000000 then epoch_us(timestamp) end as epoch_us,
    timestamp is not null as at_given,
    request_id,
    case when typed_attempt between 0 and 1000000 then cast(typed_attempt as integer) end as attempt,
    coalesce(nullif(trim(provider), ''), 'not recorded') as provider,
    coalesce(nullif(trim(model), ''), 'not recorded') as model,
    coalesce(nullif(trim(outcome), ''), 'not recorded') as outcome,
    case
        when outcome = 'skipped' then coalesce(nullif(trim(error_type), ''), 'resting after failures')
        else coalesce(nullif(trim(error_type), ''), 'not recorded')
    end as error_type,
    case when typed_latency >= 0 and typed_latency < 1e12 then typed_latency end as latency_ms,
    coalesce(case when typed_input between 0 and 1000000000000 then cast(typed_input as bigint) end, 0)
        + coalesce(case when typed_output between 0 and 1000000000000 then cast(typed_output as bigint) end, 0) as tokens,
    case when typed_cost >= 0 and typed_cost < 1e12 then cast(typed_cost as decimal(28, 12)) end as cost_usd,
    nullif(trim(usage_source), '') as usage_source,
    case when timestamp is not null and not coalesce(epoch_us(timestamp) >= 946684800000000, false) then 1 else 0 end
        as bad_timestamp,
    case when typed_attempt is not null and not (typed_attempt between 0 and 1000000) then 1 else 0 end as bad_attempt,
    case when typed_latency is not null and not (typed_latency >= 0 and typed_latency < 1e12) then 1 else 0 end as bad_latency_ms,
    case when typed_input is not null and not (typed_input between 0 and 1000000000000) then 1 else 0 end as bad_input_tokens,
    case when typed_output is not null and not (typed_output between 0 and 1000000000000) then 1 else 0 end as bad_output_tokens,
    case when typed_cost is not null and not (typed_cost >= 0 and typed_cost < 1e12) then 1 else 0 end as bad_cost_estimated,
    unreadable_columns
from (
    select
        timestamp, request_id, short_name(provider) as provider, short_name(model) as model, short_name(outcome) as outcome,
        short_name(error_type) as error_type, usage_source, unreadable_columns,
        try_cast(attempt as double) as typed_attempt,
        try_cast(latency_ms as double) as typed_latency,
        try_cast(input_tokens as double) as typed_input,
        try_cast(output_tokens as double) as typed_output,
        try_cast(cost_estimated as double) as typed_cost
    from attempts
    where coalesce(attempts.error_type, '') not in ('hedged', 'at_limit', 'over_budget')
) typed
