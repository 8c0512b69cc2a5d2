-- What a business outcome cost, month by month: spend of the team that counts name, or of all, over the company's own count of outcomes.
-- Counts are those of [[units]] in the settings; `days_with_counts` of the month's recorded `days` have one. NULL: no price is known, or nothing was counted.
with counts as (
    select units.name, units.team, units.day, units.quantity from cubes.units join named_units using (name)
    union all
    select name, team, day, quantity from given_units
), counted as (
    select
        name, counts.team, month,
        any_value(months.last_day - months.first_day + 1) as days,
        count(distinct day) as days_with_counts,
        sum(quantity) as quantity
    from counts
    join months on counts.day between months.first_day and months.last_day
    group by name, counts.team, month
), spent as (
    select month, team, requests, cost_usd, unpriced_requests, priced_requests
    from (select distinct month, day_us from history_calendar)
    join cubes.history using (day_us)
), costs as (
    select
        counted.name, counted.team, counted.month,
        coalesce(sum(requests), 0) as requests,
        known_cost(sum(cost_usd), coalesce(sum(unpriced_requests), 0)) as cost_usd,
        coalesce(sum(unpriced_requests), 0) as unpriced_requests
    from counted
    left join spent on spent.month = counted.month and (counted.team is null or spent.team = counted.team)
    group by counted.name, counted.team, counted.month
)
select
    counted.name, counted.team, counted.month, quantity, requests, cost_usd, unpriced_requests,
    cast(cost_usd as double) / nullif(cast(quantity as double), 0) as cost_per_outcome_usd,
    days, days_with_counts
from counted
join costs on costs.name = counted.name and costs.team is not distinct from counted.team and costs.month = counted.month
order by counted.name, counted.team nulls first, counted.month
