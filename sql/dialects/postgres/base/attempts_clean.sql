-- One row an attempt with values that can be summed, as cubes/base/duckdb.attempts_clean.sql has it, in PostgreSQL's words.
select
    case when timestamp >= 946684800000000 then timestamp end as epoch_us,
    timestamp is not null as at_given,
    request_id,
    case when typed_attempt between 0 and 1000000 then cast(typed_attempt as integer) end as attempt,
    coalesce(nullif(btrim(provider, $spaces), ''), 'not recorded') as provider,
    coalesce(nullif(btrim(model, $spaces), ''), 'not recorded') as model,
    coalesce(nullif(btrim(outcome, $spaces), ''), 'not recorded') as outcome,
    case
        when outcome = 'skipped' then coalesce(nullif(btrim(error_type, $spaces), ''), 'resting after failures')
        else coalesce(nullif(btrim(error_type, $spaces), ''), 'not recorded')
    end as error_type,
    case when typed_latency >= 0 and typed_latency < 1e12 then case when typed_latency < 1e-100 then 0 else typed_latency end end
        as latency_ms,
    coalesce(case when typed_input between 0 and 1000000000000 then cast(typed_input as bigint) end, 0)
        + coalesce(case when typed_output between 0 and 1000000000000 then cast(typed_output as bigint) end, 0) as tokens,
    case
        when cost_pico < 9007199254740992 then cast(cost_pico as bigint) * 0.000000000001
        else (
            cast(trunc(cost_pico / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(cost_pico - trunc(cost_pico / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000000000001
    end as cost_usd,
    nullif(btrim(usage_source, $spaces), '') as usage_source,
    case when timestamp is not null and not coalesce(timestamp >= 946684800000000, false) then 1 else 0 end as bad_timestamp,
    case when typed_attempt is not null and not (typed_attempt between 0 and 1000000) then 1 else 0 end as bad_attempt,
    case when typed_latency is not null and not (typed_latency >= 0 and typed_latency < 1e12) then 1 else 0 end as bad_latency_ms,
    case when typed_input is not null and not (typed_input between 0 and 1000000000000) then 1 else 0 end as bad_input_tokens,
    case when typed_output is not null and not (typed_output between 0 and 1000000000000) then 1 else 0 end as bad_output_tokens,
    case when typed_cost is not null and not (typed_cost >= 0 and typed_cost < 1e12) then 1 else 0 end as bad_cost_estimated,
    unreadable_columns
from (
    select
        scaled.*,
        trunc(cost_scaled) + case when cost_scaled - trunc(cost_scaled) >= 0.5 then 1 else 0 end as cost_pico
    from (
        select
            timestamp, request_id, short_provider as provider, short_model as model, short_outcome as outcome,
            short_error_type as error_type, usage_source, unreadable_columns,
            attempt as typed_attempt,
            latency_ms as typed_latency,
            input_tokens as typed_input,
            output_tokens as typed_output,
            cost_estimated as typed_cost,
            case when cost_estimated >= 0 and cost_estimated < 1e12 then cost_estimated end * 1000000000000 as cost_scaled
        from attempts
        where coalesce(attempts.error_type, '') not in ('hedged', 'at_limit', 'over_budget')
    ) scaled
    offset 0  -- worked out once a row: PostgreSQL would put each value into every place that names it
) typed
