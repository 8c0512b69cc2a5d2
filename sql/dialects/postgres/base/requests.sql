-- One row a request with values that can be summed, as cubes/base/duckdb.requests.sql has it: the same digits, in PostgreSQL's words.
-- `timestamp` is in microseconds since 1970. DuckDB rounds what becomes a decimal half away from zero, PostgreSQL half to even: the
-- `..._pico` are rounded by hand and made exact numbers of their halves, since a cast of floating point keeps 15 digits. PostgreSQL
-- raises where floating point under- or overflows: nothing is multiplied before it is within its bounds.
select
    case when timestamp >= 946684800000000 then timestamp end as epoch_us,
    at_given,
    request_id,
    strategy,
    provider,
    model,
    case when typed_input between 0 and 1000000000000 then cast(typed_input as bigint) end as input_tokens,
    case when typed_output between 0 and 1000000000000 then cast(typed_output as bigint) end as output_tokens,
    case
        when cost_pico < 9007199254740992 then cast(cost_pico as bigint) * 0.000000000001
        else (
            cast(trunc(cost_pico / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(cost_pico - trunc(cost_pico / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000000000001
    end as cost_usd,
    case when typed_latency >= 0 and typed_latency < 1e12 then case when typed_latency < 1e-100 then 0 else typed_latency end end
        as latency_ms,
    case when typed_ttft >= 0 and typed_ttft < 1e12 then typed_ttft end as ttft_ms,
    case
        when abs(savings_pico) < 9007199254740992 then cast(savings_pico as bigint) * 0.000000000001
        else (
            cast(trunc(savings_pico / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(savings_pico - trunc(savings_pico / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000000000001
    end as cache_savings_usd,
    case when typed_reads between 0 and 1000000000000 then cast(typed_reads as bigint) end as cache_read_input_tokens,
    case when typed_writes between 0 and 1000000000000 then cast(typed_writes as bigint) end as cache_write_input_tokens,
    case when typed_hour_writes between 0 and 1000000000000 then cast(typed_hour_writes as bigint) end
        as cache_write_1h_input_tokens,
    case when typed_reasoning between 0 and 1000000000000 then cast(typed_reasoning as bigint) end as reasoning_output_tokens,
    case when at_given and not coalesce(timestamp >= 946684800000000, false) then 1 else 0 end as bad_timestamp,
    case when typed_input is not null and not (typed_input between 0 and 1000000000000) then 1 else 0 end as bad_input_tokens,
    case when typed_output is not null and not (typed_output between 0 and 1000000000000) then 1 else 0 end as bad_output_tokens,
    case when typed_cost is not null and not is_cost then 1 else 0 end as bad_cost_estimated,
    case when typed_latency is not null and not (typed_latency >= 0 and typed_latency < 1e12) then 1 else 0 end as bad_latency_ms,
    case when typed_savings is not null and not coalesce(is_savings, false) then 1 else 0 end as bad_cache_savings_estimated,
    case when typed_ttft is not null and not (typed_ttft >= 0 and typed_ttft < 1e12) then 1 else 0 end as bad_ttft_ms,
    case when typed_reads is not null and not (typed_reads between 0 and 1000000000000) then 1 else 0 end
        as bad_cache_read_input_tokens,
    case when typed_writes is not null and not (typed_writes between 0 and 1000000000000) then 1 else 0 end
        as bad_cache_write_input_tokens,
    case when typed_hour_writes is not null and not (typed_hour_writes between 0 and 1000000000000) then 1 else 0 end
        as bad_cache_write_1h_input_tokens,
    case when typed_reasoning is not null and not (typed_reasoning between 0 and 1000000000000) then 1 else 0 end
        as bad_reasoning_output_tokens,
    case when typed_attempts is not null and not (typed_attempts between 0 and 1000000) then 1 else 0 end as bad_attempts,
    case when typed_guardrails is not null and not (typed_guardrails between 0 and 1000000) then 1 else 0 end as bad_guardrails,
    unreadable_columns,
    team,
    project,
    environment,
    end_user,
    requested_model,
    price_source,
    case when typed_attempts between 0 and 1000000 then cast(typed_attempts as integer) end as attempts,
    case when typed_guardrails between 0 and 1000000 then cast(typed_guardrails as integer) end as guardrails,
    cost_source,
    usage_source,
    unpriced_reason,
    service_tier,
    speed,
    inference_region,
    other_units,
    tags,
    case when status in ('error', 'blocked') then 1 else 0 end as failed,
    case when not coalesce(is_cost, false)
            and (coalesce(status, '') not in ('error', 'blocked') or usage_source is not null) then 1 else 0 end as unpriced
from (
    select
        scaled.*,
        trunc(cost_scaled) + case when cost_scaled - trunc(cost_scaled) >= 0.5 then 1 else 0 end as cost_pico,
        trunc(savings_scaled) + case when abs(savings_scaled - trunc(savings_scaled)) >= 0.5 then sign(savings_scaled) else 0 end
            as savings_pico
    from (
        select
            judged.*,
            case when is_cost then typed_cost end * 1000000000000 as cost_scaled,
            case when is_savings then typed_savings end * 1000000000000 as savings_scaled
        from (
            select
                named.*,
                typed_cost >= 0 and typed_cost < 1e12 as is_cost,
                typed_cost >= 0 and typed_cost < 1e12 and typed_savings >= -0.9 * typed_cost and typed_savings < 1e12
                    as is_savings
            from (
                select
                    timestamp,
                    timestamp is not null as at_given,
                    request_id,
                    coalesce(nullif(btrim(short_strategy, $spaces), ''), 'not recorded') as strategy,
                    coalesce(nullif(btrim(short_provider, $spaces), ''), 'not recorded') as provider,
                    coalesce(nullif(btrim(short_model, $spaces), ''), 'not recorded') as model,
                    input_tokens as typed_input,
                    output_tokens as typed_output,
                    cost_estimated as typed_cost,
                    latency_ms as typed_latency,
                    ttft_ms as typed_ttft,
                    cache_savings_estimated as typed_savings,
                    cache_read_input_tokens as typed_reads,
                    cache_write_input_tokens as typed_writes,
                    cache_write_1h_input_tokens as typed_hour_writes,
                    reasoning_output_tokens as typed_reasoning,
                    nullif(btrim(short_team, $spaces), '') as team,
                    nullif(btrim(short_project, $spaces), '') as project,
                    nullif(btrim(short_environment, $spaces), '') as environment,
                    nullif(btrim(short_end_user, $spaces), '') as end_user,
                    nullif(btrim(short_requested_model, $spaces), '') as requested_model,
                    short_price_source as price_source,
                    nullif(btrim(short_cost_source, $spaces), '') as cost_source,
                    nullif(btrim(short_usage_source, $spaces), '') as usage_source,
                    nullif(btrim(short_unpriced_reason, $spaces), '') as unpriced_reason,
                    nullif(btrim(short_service_tier, $spaces), '') as service_tier,
                    nullif(btrim(short_speed, $spaces), '') as speed,
                    nullif(btrim(short_inference_region, $spaces), '') as inference_region,
                    cast(other_units as text) as other_units,
                    attempts as typed_attempts,
                    guardrails as typed_guardrails,
                    unreadable_columns,
                    tags,
                    status
                from telemetry
            ) named
        ) judged
    ) scaled
    offset 0  -- worked out once a row: PostgreSQL would put each value into every place that names it
) exact
