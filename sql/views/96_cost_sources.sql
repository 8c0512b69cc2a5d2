-- Where the cost of each request of the period comes from, and its share of spend; 'unknown' and 'failed' have no cost on record.
select
    cost_source,
    cast(sum(requests) as bigint) as requests,
    sum(cost_usd) as cost_usd,
    cast(sum(cost_usd) / nullif(sum(sum(cost_usd)) over (), 0) as double) as share
from cubes.price_sources_used
join calendar using (slot_us)
where in_period
group by cost_source
order by cost_usd desc nulls last, requests desc, cost_source
