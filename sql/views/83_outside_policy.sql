-- Requests of the period that a guardrail of the settings would forbid, by guardrail, team and who answered.
select
    guardrail,
    coalesce(team, 'not attributed') as team,
    provider,
    model,
    cast(sum(requests) as bigint) as requests,
    cast(sum(exempt_requests) as bigint) as exempt_requests,
    sum(cost_usd) as cost_usd,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests
from cubes.outside_policy
join calendar using (slot_us)
where in_period
group by all
order by requests desc, guardrail, team, provider, model
