-- Who spends: teams and projects, with what nobody claimed shown as 'not attributed'.
select
    coalesce(team, 'not attributed') as team,
    coalesce(project, 'not attributed') as project,
    cast(sum(requests) filter (in_period) as bigint) as requests,
    coalesce(sum(cost_usd) filter (in_period), 0) as cost_usd,
    cast(coalesce(sum(cost_usd) filter (in_period), 0)
        / nullif(sum(sum(cost_usd) filter (in_period)) over (), 0) as double) as share,
    coalesce(sum(cost_usd) filter (side = 'old'), 0) as old_cost_usd,
    coalesce(sum(cost_usd) filter (side = 'new'), 0) as new_cost_usd,
    cast(coalesce(sum(unpriced_requests) filter (in_period), 0) as bigint) as unpriced_requests
from teams
join parts using (part)
group by all
having requests > 0
order by cost_usd desc, requests desc, team, project
