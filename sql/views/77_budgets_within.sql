-- What of each budget that others are within lies in which of them, in its period under way: the parts add up to what is used of it.
-- What lies in several of these budgets is a part of its own, and so is what no budget within it takes in.
with inside as (
    select outer_number, list(number order by number) as numbers from budget_nesting group by outer_number
), parts as (
    select
        inside.outer_number,
        list_intersect(spend.budgets, inside.numbers) as within,
        spend.requests, spend.cost_usd, spend.unpriced_requests
    from inside
    join budget_progress as progress on progress.number = inside.outer_number and progress.is_running
    join recorded_days on recorded_days.day between progress.first_day and progress.last_day
    join spend_of_budgets as spend using (day_us)
    where list_contains(spend.budgets, inside.outer_number)
), named as (
    select
        outer_number,
        case len(within) when 0 then 'no budget' when 1 then 'budget' else 'several budgets' end as kind,
        case when len(within) = 1 then within[1] end as number,
        requests, cost_usd, unpriced_requests
    from parts
    union all
    select outer_number, 'budget', number, 0, 0, 0 from budget_nesting
    union all
    select outer_number, 'no budget', null, 0, 0, 0 from inside
)
select
    outside.budget, named.kind, part.budget as part,
    cast(sum(requests) as bigint) as requests,
    known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests
from named
join budget_settings as outside on outside.number = named.outer_number
left join budget_settings as part on part.number = named.number
group by outside.number, outside.budget, named.kind, part.number, part.budget
order by outside.number, list_position(['budget', 'several budgets', 'no budget'], named.kind), part.number
