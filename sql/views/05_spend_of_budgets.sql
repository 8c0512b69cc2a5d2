-- What the history cost by local day and by all the budgets it counts for: their numbers, none if no budget takes it in.
-- What a cube of its own has for end users and tags is taken out of the cube of the history, and put back with its budgets.
with cells as (
    select day_us, team, project, environment, provider, model, '' as matched, requests, cost_usd, unpriced_requests
    from cubes.history
    union all
    select day_us, team, project, environment, provider, model, '', -requests, -cost_usd, -unpriced_requests
    from cubes.budget_matches
    union all
    select day_us, team, project, environment, provider, model, matched, requests, cost_usd, unpriced_requests
    from cubes.budget_matches
), numbered as (
    select
        cells.* exclude (matched),
        list_transform(list_filter(scopes.found, lambda one:
            (one.team is null or one.team = cells.team)
            and (one.project is null or one.project = cells.project)
            and (one.environment is null or one.environment = cells.environment)
            and (one.provider is null or one.provider = cells.provider)
            and (one.model is null or one.model = cells.model)
            and (not one.needs_rows or list_contains(string_split(cells.matched, ','), cast(one.number as varchar)))
        ), lambda one: one.number) as budgets
    from cells
    cross join (select list(budgets order by number) as found from budget_settings as budgets) as scopes
)
select
    day_us, budgets,
    cast(sum(requests) as bigint) as requests,
    sum(cost_usd) as cost_usd,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests
from numbered
where len(budgets) > 0
group by day_us, budgets
