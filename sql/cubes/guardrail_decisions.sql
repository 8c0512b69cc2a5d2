-- What guardrails decided, by the slot of the request it was about: which one, what it did, whose request, and the spend it concerns.
select
    epoch_us - epoch_us % $slot_us as slot_us,
    guardrail, action, team,
    count(*) as decisions,
    sum(cost_usd) as cost_usd,
    sum(avoided_usd) as avoided_usd,
    sum(case when cost_usd is null and avoided_usd is null then 1 else 0 end) as unpriced_decisions
from guardrail_events_clean
where epoch_us >= $from_us and epoch_us < $until_us
group by epoch_us - epoch_us % $slot_us, guardrail, action, team
