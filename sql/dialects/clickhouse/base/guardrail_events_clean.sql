-- One row a guardrail decision with values that can be summed; what cannot be used of it is NULL, and counted by `values_set_aside`.
with
    name -> nullIf(replaceRegexpAll(name, '^\\p{Zs}+|\\p{Zs}+$', ''), '') as trimmed,
    scaled -> trunc(scaled) + if(scaled - trunc(scaled) >= 0.5, 1, 0) as rounded,
    finite -> toInt128(toInt64(trunc(finite / 9007199254740992))) * 9007199254740992
        + toInt64(finite - trunc(finite / 9007199254740992) * 9007199254740992) as whole_number,
    picos -> toDecimal128(if(isFinite(picos), whole_number(if(isFinite(picos), picos, 0)), null), 0) * toDecimal128('0.000000000001', 12) as usd
select
    if(timestamp >= 946684800000000, timestamp, null) as epoch_us,
    ifNull(trimmed(short_guardrail), 'not recorded') as guardrail,
    ifNull(trimmed(short_action), 'not recorded') as action,
    trimmed(short_team) as team,
    usd(rounded(if(cost_estimated >= 0 and cost_estimated < 1e12, cost_estimated, null) * 1e12)) as cost_usd,
    usd(rounded(if(cost_avoided >= 0 and cost_avoided < 1e12, cost_avoided, null) * 1e12)) as avoided_usd,
    if(timestamp is null and not has(unreadable_columns, 'timestamp:not a usable time'), 1, 0) as missing_timestamp,
    if(timestamp is not null and not ifNull(timestamp >= 946684800000000, false), 1, 0) as bad_timestamp,
    if(cost_estimated is not null and not (cost_estimated >= 0 and cost_estimated < 1e12), 1, 0) as bad_cost_estimated,
    if(cost_avoided is not null and not (cost_avoided >= 0 and cost_avoided < 1e12), 1, 0) as bad_cost_avoided,
    unreadable_columns
from guardrail_events
