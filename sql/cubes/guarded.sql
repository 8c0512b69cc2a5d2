-- How many requests guardrails looked at, by slot and team: those that record a number of them above 0.
select
    slot_us, team,
    count(*) as requests,
    sum(is_guarded) as guarded_requests,
    sum(case when is_guarded = 0 then cost_usd end) as unguarded_cost_usd,
    sum(case when is_guarded = 0 then unpriced else 0 end) as unguarded_unpriced_requests
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        team, cost_usd, unpriced,
        case when guardrails > 0 then 1 else 0 end as is_guarded
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
) slotted
group by slot_us, team
