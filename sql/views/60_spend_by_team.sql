-- Who spends: teams and projects, with what nobody claimed shown as 'not attributed'.
select
    coalesce(team, 'not attributed') as team,
    coalesce(project, 'not attributed') as project,
    cast(sum(requests) filter (in_period) as bigint) as requests,
    known_cost(sum(cost_usd) filter (in_period), sum_if(unpriced_requests, in_period)) as cost_usd,
    cast(sum(cost_usd) filter (in_period)
        / nullif(sum(sum(cost_usd) filter (in_period)) over (), 0) as double) as share,
    sum_if(cost_usd, side = 'old') as old_cost_usd,
    sum_if(cost_usd, side = 'new') as new_cost_usd,
    cast(sum_if(unpriced_requests, in_period) as bigint) as unpriced_requests
from cubes.attribution
join calendar using (slot_us)
where divided_by = 'team'
group by all
having requests > 0
order by cost_usd desc nulls last, requests desc, team, project
