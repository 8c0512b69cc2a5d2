-- What guardrails did in the period, by guardrail, action and team, with the spend of the requests it was about.
select
    guardrail,
    action,
    coalesce(team, 'not attributed') as team,
    cast(sum(decisions) as bigint) as decisions,
    sum(cost_usd) as cost_usd,
    sum(avoided_usd) as avoided_usd,
    cast(sum(unpriced_decisions) as bigint) as unpriced_decisions
from cubes.guardrail_decisions
join calendar using (slot_us)
where in_period
group by all
order by decisions desc, guardrail, action, team
