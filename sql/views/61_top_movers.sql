-- What moved most between the two stretches that are compared: models, and teams with their projects, the twelve largest changes in spend of each.
with sides as (
    select
        'model' as dimension, provider as owner, model as name,
        sum_if(cost_usd, side = 'old') as old_cost_usd,
        sum_if(cost_usd, side = 'new') as new_cost_usd
    from spend_by_day
    where side is not null
    group by provider, model
    union all by name
    select
        'team and project' as dimension, coalesce(team, 'not attributed') as owner, coalesce(project, 'not attributed') as name,
        sum_if(cost_usd, side = 'old') as old_cost_usd,
        sum_if(cost_usd, side = 'new') as new_cost_usd
    from cubes.attribution
    join calendar using (slot_us)
    where divided_by = 'team' and side is not null
    group by all
)
select
    dimension, owner, name, old_cost_usd, new_cost_usd, new_cost_usd - old_cost_usd as change_usd,
    row_number() over (partition by dimension order by abs(new_cost_usd - old_cost_usd) desc, owner, name) as rank
from sides
where new_cost_usd <> old_cost_usd and (select count(*) from comparison where side = 'old') > 0
qualify rank <= 12
order by dimension, rank
