-- One row a guardrail decision with values that can be summed; what cannot be used of it is NULL, and counted by the view `values_set_aside`.
select
    case when epoch_us(timestamp) >= 946684800000000 then epoch_us(timestamp) end as epoch_us,
    coalesce(nullif(trim(short_name(guardrail)), ''), 'not recorded') as guardrail,
    coalesce(nullif(trim(short_name(action)), ''), 'not recorded') as action,
    nullif(trim(short_name(team)), '') as team,
    case when typed_cost >= 0 and typed_cost < 1e12 then cast(typed_cost as decimal(28, 12)) end as cost_usd,
    case when typed_avoided >= 0 and typed_avoided < 1e12 then cast(typed_avoided as decimal(28, 12)) end as avoided_usd,
    case when timestamp is null and not is_unreadable(unreadable_columns, 'timestamp') then 1 else 0 end as missing_timestamp,
    case when timestamp is not null and not coalesce(epoch_us(timestamp) >= 946684800000000, false) then 1 else 0 end
        as bad_timestamp,
    case when typed_cost is not null and not (typed_cost >= 0 and typed_cost < 1e12) then 1 else 0 end as bad_cost_estimated,
    case when typed_avoided is not null and not (typed_avoided >= 0 and typed_avoided < 1e12) then 1 else 0 end
        as bad_cost_avoided,
    unreadable_columns
from (
    select
        timestamp, guardrail, action, team, unreadable_columns,
        try_cast(cost_estimated as double) as typed_cost,
        try_cast(cost_avoided as double) as typed_avoided
    from guardrail_events
) typed
