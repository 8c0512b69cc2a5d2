-- Whom it served: spend by customer (end_user), the thousand dearest by name, all others in one row, requests that name none in another.
-- `customers` is how many a row stands for: 0 for those requests; there can be a million, and few are ever looked at.
with customers as (
    select
        end_user,
        sum(requests) as requests,
        sum(cost_usd) as cost_usd,
        sum(unpriced_requests) as unpriced_requests,
        row_number() over (
            partition by end_user is null order by sum(cost_usd) desc nulls last, sum(requests) desc, end_user
        ) > 1000 as is_other
    from cubes.attribution
    join calendar using (slot_us)
    where divided_by = 'end_user' and in_period
    group by end_user
)
select
    case when not is_other then end_user end as end_user,
    count(end_user) as customers,
    cast(sum(requests) as bigint) as requests,
    known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
    cast(sum(cost_usd) / nullif(sum(sum(cost_usd)) over (), 0) as double) as share,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests
from customers
group by is_other, case when not is_other then end_user end
order by is_other, cost_usd desc nulls last, requests desc, end_user
