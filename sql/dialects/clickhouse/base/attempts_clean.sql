-- One row an attempt with values that can be summed, as cubes/base/duckdb.attempts_clean.sql has it, in ClickHouse's words.
with
    name -> nullIf(replaceRegexpAll(name, '^\\p{Zs}+|\\p{Zs}+$', ''), '') as trimmed,
    (value, most) -> accurateCastOrNull(roundBankers(if(value between 0 and most, value, null)), 'Int64') as whole,
    (value, most) -> if(value is not null and not (value between 0 and most), 1, 0) as is_bad,
    scaled -> trunc(scaled) + if(scaled - trunc(scaled) >= 0.5, 1, 0) as rounded,
    finite -> toInt128(toInt64(trunc(finite / 9007199254740992))) * 9007199254740992
        + toInt64(finite - trunc(finite / 9007199254740992) * 9007199254740992) as whole_number,
    picos -> toDecimal128(if(isFinite(picos), whole_number(if(isFinite(picos), picos, 0)), null), 0) * toDecimal128('0.000000000001', 12) as usd
select
    if(timestamp >= 946684800000000, timestamp, null) as epoch_us,
    timestamp is not null as at_given,
    request_id,
    accurateCastOrNull(whole(typed_attempt, 1000000), 'Int32') as attempt,
    ifNull(trimmed(short_provider), 'not recorded') as provider,
    ifNull(trimmed(short_model), 'not recorded') as model,
    ifNull(trimmed(short_outcome), 'not recorded') as outcome,
    ifNull(trimmed(short_error_type), if(ifNull(short_outcome, '') = 'skipped', 'resting after failures', 'not recorded')) as error_type,
    if(typed_latency >= 0 and typed_latency < 1e12, typed_latency, null) as latency_ms,
    ifNull(whole(typed_input, 1000000000000), 0) + ifNull(whole(typed_output, 1000000000000), 0) as tokens,
    usd(rounded(if(typed_cost >= 0 and typed_cost < 1e12, typed_cost, null) * 1e12)) as cost_usd,
    trimmed(recorded_usage_source) as usage_source,
    if(timestamp is not null and not ifNull(timestamp >= 946684800000000, false), 1, 0) as bad_timestamp,
    is_bad(typed_attempt, 1000000) as bad_attempt,
    if(typed_latency is not null and not (typed_latency >= 0 and typed_latency < 1e12), 1, 0) as bad_latency_ms,
    is_bad(typed_input, 1000000000000) as bad_input_tokens,
    is_bad(typed_output, 1000000000000) as bad_output_tokens,
    if(typed_cost is not null and not (typed_cost >= 0 and typed_cost < 1e12), 1, 0) as bad_cost_estimated,
    unreadable_columns
from (
    select
        timestamp, request_id, short_provider, short_model, short_outcome, short_error_type, unreadable_columns,
        usage_source as recorded_usage_source,
        attempt as typed_attempt,
        latency_ms as typed_latency,
        input_tokens as typed_input,
        output_tokens as typed_output,
        cost_estimated as typed_cost
    from attempts
    where ifNull(attempts.error_type, '') not in ('hedged', 'at_limit', 'over_budget')
) as typed
