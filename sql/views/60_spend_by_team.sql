-- Who spends: teams and projects, with what nobody claimed shown as 'not attributed'.
select
    coalesce(team, 'not attributed') as team,
    coalesce(project, 'not attributed') as project,
    cast(sum(requests) filter (in_period) as bigint) as requests,
    case
        when coalesce(sum(unpriced_requests) filter (in_period), 0) = 0
            then coalesce(sum(cost_usd) filter (in_period), 0)
        else sum(cost_usd) filter (in_period)
    end as cost_usd,
    cast(sum(cost_usd) filter (in_period)
        / nullif(sum(sum(cost_usd) filter (in_period)) over (), 0) as double) as share,
    coalesce(sum(cost_usd) filter (side = 'old'), 0) as old_cost_usd,
    coalesce(sum(cost_usd) filter (side = 'new'), 0) as new_cost_usd,
    cast(coalesce(sum(unpriced_requests) filter (in_period), 0) as bigint) as unpriced_requests
from teams
join parts using (part)
group by all
having requests > 0
order by cost_usd desc nulls last, requests desc, team, project
