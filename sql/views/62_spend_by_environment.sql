-- Where it runs: spend by environment (production, staging), NULL for requests that name none.
select
    environment,
    cast(sum(requests) as bigint) as requests,
    known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
    cast(sum(cost_usd) / nullif(sum(sum(cost_usd)) over (), 0) as double) as share,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests
from cubes.attribution
join calendar using (slot_us)
where divided_by = 'environment' and in_period
group by environment
order by cost_usd desc nulls last, requests desc, environment
