-- One row a request with values that can be summed: what cannot be used is NULL here and counted by the view `values_set_aside`.
-- The bounds: 2000-01-01 for clocks that were never set, 1e12 for numbers no request can reach; without its cache a
-- request costs at least a tenth of what it did: providers take at most twice the price for filling one.
-- A request is unpriced if its cost is unknown; one that failed, only if it is recorded that it used something.
select
    case when epoch_us(typed_at) >= 946684800000000 then epoch_us(typed_at) end as epoch_us,
    at_given,
    request_id,
    strategy,
    provider,
    model,
    case when typed_input between 0 and 1000000000000 then cast(typed_input as bigint) end as input_tokens,
    case when typed_output between 0 and 1000000000000 then cast(typed_output as bigint) end as output_tokens,
    case when typed_cost >= 0 and typed_cost < 1e12 then cast(typed_cost as decimal(28, 12)) end as cost_usd,
    case when typed_latency >= 0 and typed_latency < 1e12 then typed_latency end as latency_ms,
    case when typed_ttft >= 0 and typed_ttft < 1e12 then typed_ttft end as ttft_ms,
    case when typed_cost >= 0 and typed_cost < 1e12 and typed_savings >= -0.9 * typed_cost and typed_savings < 1e12
        then cast(typed_savings as decimal(28, 12)) end as cache_savings_usd,
    case when typed_reads between 0 and 1000000000000 then cast(typed_reads as bigint) end as cache_read_input_tokens,
    case when typed_writes between 0 and 1000000000000 then cast(typed_writes as bigint) end as cache_write_input_tokens,
    case when typed_reasoning between 0 and 1000000000000 then cast(typed_reasoning as bigint) end as reasoning_output_tokens,
    case when at_given and not coalesce(epoch_us(typed_at) >= 946684800000000, false) then 1 else 0 end as bad_timestamp,
    case when input_given and not coalesce(typed_input between 0 and 1000000000000, false) then 1 else 0 end as bad_input_tokens,
    case when output_given and not coalesce(typed_output between 0 and 1000000000000, false) then 1 else 0 end as bad_output_tokens,
    case when cost_given and not coalesce(typed_cost >= 0 and typed_cost < 1e12, false) then 1 else 0 end as bad_cost_estimated,
    case when latency_given and not coalesce(typed_latency >= 0 and typed_latency < 1e12, false) then 1 else 0 end as bad_latency_ms,
    case when savings_given and not coalesce(typed_cost >= 0 and typed_cost < 1e12
            and typed_savings >= -0.9 * typed_cost and typed_savings < 1e12, false) then 1 else 0 end as bad_cache_savings_estimated,
    case when typed_ttft is not null and not (typed_ttft >= 0 and typed_ttft < 1e12) then 1 else 0 end as bad_ttft_ms,
    case when typed_reads is not null and not (typed_reads between 0 and 1000000000000) then 1 else 0 end
        as bad_cache_read_input_tokens,
    case when typed_writes is not null and not (typed_writes between 0 and 1000000000000) then 1 else 0 end
        as bad_cache_write_input_tokens,
    case when typed_reasoning is not null and not (typed_reasoning between 0 and 1000000000000) then 1 else 0 end
        as bad_reasoning_output_tokens,
    case when typed_attempts is not null and not (typed_attempts between 0 and 1000000) then 1 else 0 end as bad_attempts,
    unreadable_columns,
    team,
    project,
    environment,
    end_user,
    requested_model,
    price_source,
    case when typed_attempts between 0 and 1000000 then cast(typed_attempts as integer) end as attempts,
    cost_source,
    usage_source,
    unpriced_reason,
    tags,
    case when status in ('error', 'blocked') then 1 else 0 end as failed,
    case when not coalesce(typed_cost >= 0 and typed_cost < 1e12, false)
            and (coalesce(status, '') not in ('error', 'blocked') or usage_source is not null) then 1 else 0 end as unpriced
from (
    select
        timestamp as typed_at,
        timestamp is not null as at_given,
        request_id,
        coalesce(nullif(trim(short_name(strategy)), ''), 'not recorded') as strategy,
        coalesce(nullif(trim(short_name(provider)), ''), 'not recorded') as provider,
        coalesce(nullif(trim(short_name(model)), ''), 'not recorded') as model,
        try_cast(input_tokens as double) as typed_input,
        input_tokens is not null as input_given,
        try_cast(output_tokens as double) as typed_output,
        output_tokens is not null as output_given,
        try_cast(cost_estimated as double) as typed_cost,
        cost_estimated is not null as cost_given,
        try_cast(latency_ms as double) as typed_latency,
        latency_ms is not null as latency_given,
        try_cast(ttft_ms as double) as typed_ttft,
        try_cast(cache_savings_estimated as double) as typed_savings,
        cache_savings_estimated is not null as savings_given,
        try_cast(cache_read_input_tokens as double) as typed_reads,
        try_cast(cache_write_input_tokens as double) as typed_writes,
        try_cast(reasoning_output_tokens as double) as typed_reasoning,
        nullif(trim(short_name(team)), '') as team,
        nullif(trim(short_name(project)), '') as project,
        nullif(trim(short_name(environment)), '') as environment,
        nullif(trim(short_name(end_user)), '') as end_user,
        nullif(trim(short_name(requested_model)), '') as requested_model,
        short_name(price_source) as price_source,
        nullif(trim(short_name(cost_source)), '') as cost_source,
        nullif(trim(short_name(usage_source)), '') as usage_source,
        nullif(trim(short_name(unpriced_reason)), '') as unpriced_reason,
        try_cast(attempts as double) as typed_attempts,
        unreadable_columns,
        tags,
        status
    from telemetry
)
