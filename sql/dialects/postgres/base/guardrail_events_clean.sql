-- One row a guardrail decision with values that can be summed; what cannot be used of it is NULL, and counted by `values_set_aside`.
select
    case when timestamp >= 946684800000000 then timestamp end as epoch_us,
    coalesce(nullif(btrim(short_guardrail, $spaces), ''), 'not recorded') as guardrail,
    coalesce(nullif(btrim(short_action, $spaces), ''), 'not recorded') as action,
    nullif(btrim(short_team, $spaces), '') as team,
    case
        when cost_pico < 9007199254740992 then cast(cost_pico as bigint) * 0.000000000001
        else (
            cast(trunc(cost_pico / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(cost_pico - trunc(cost_pico / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000000000001
    end as cost_usd,
    case
        when avoided_pico < 9007199254740992 then cast(avoided_pico as bigint) * 0.000000000001
        else (
            cast(trunc(avoided_pico / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(avoided_pico - trunc(avoided_pico / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000000000001
    end as avoided_usd,
    case when timestamp is null and not coalesce('timestamp:not a usable time' = any(unreadable_columns), false) then 1 else 0 end
        as missing_timestamp,
    case when timestamp is not null and not coalesce(timestamp >= 946684800000000, false) then 1 else 0 end as bad_timestamp,
    case when cost_estimated is not null and not (cost_estimated >= 0 and cost_estimated < 1e12) then 1 else 0 end
        as bad_cost_estimated,
    case when cost_avoided is not null and not (cost_avoided >= 0 and cost_avoided < 1e12) then 1 else 0 end as bad_cost_avoided,
    unreadable_columns
from (
    select
        scaled.*,
        trunc(cost_scaled) + case when cost_scaled - trunc(cost_scaled) >= 0.5 then 1 else 0 end as cost_pico,
        trunc(avoided_scaled) + case when avoided_scaled - trunc(avoided_scaled) >= 0.5 then 1 else 0 end as avoided_pico
    from (
        select
            timestamp, short_guardrail, short_action, short_team, cost_estimated, cost_avoided, unreadable_columns,
            case when cost_estimated >= 0 and cost_estimated < 1e12 then cost_estimated end * 1000000000000 as cost_scaled,
            case when cost_avoided >= 0 and cost_avoided < 1e12 then cost_avoided end * 1000000000000 as avoided_scaled
        from guardrail_events
    ) scaled
) exact
