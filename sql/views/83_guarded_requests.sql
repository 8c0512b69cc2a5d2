-- How many requests of each team guardrails looked at, and what those cost that none did; no row if nobody records it.
select
    coalesce(team, 'not attributed') as team,
    cast(sum(requests) as bigint) as requests,
    cast(sum(requests) - sum(guarded_requests) as bigint) as unguarded_requests,
    sum(unguarded_cost_usd) as unguarded_cost_usd,
    cast(sum(unguarded_unpriced_requests) as bigint) as unguarded_unpriced_requests
from cubes.guarded
join calendar using (slot_us)
where in_period
group by all
order by unguarded_requests desc, requests desc, team
