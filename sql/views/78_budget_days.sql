-- What each budget's scope cost by day: what the forecast of its period is made from. Days without requests have no row.
select
    settings.budget, days.day,
    cast(sum(spent.requests) as bigint) as requests,
    known_cost(sum(spent.cost_usd), sum(spent.unpriced_requests)) as cost_usd,
    cast(sum(spent.unpriced_requests) as bigint) as unpriced_requests
from (select unnest(budgets) as number, day_us, requests, cost_usd, unpriced_requests from spend_of_budgets) as spent
join budget_settings as settings using (number)
join (select distinct day, day_us from history_calendar) as days using (day_us)
group by settings.number, settings.budget, days.day
having sum(spent.requests) > 0
order by settings.number, days.day
