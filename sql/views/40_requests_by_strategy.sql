-- How much traffic each routing strategy carries, what a request costs under it, and how long it takes.
with sums as (
    select
        strategy,
        sum(requests) as requests,
        case when sum(unpriced_requests) = 0 then coalesce(sum(cost_usd), 0) else sum(cost_usd) end as cost_usd,
        sum(unpriced_requests) as unpriced_requests,
        sum(failed_requests) as failed_requests
    from spend_by_slot
    where in_period
    group by strategy
)
select
    strategy,
    sums.requests,
    sums.cost_usd,
    cast(sums.cost_usd / nullif(sums.requests - sums.unpriced_requests - sums.failed_requests, 0) as double)
        as cost_per_request_usd,
    latency_by_strategy.p50_ms,
    latency_by_strategy.p95_ms,
    cast(sums.requests / sum(sums.requests) over () as double) as share,
    sums.unpriced_requests
from sums
left join latency_by_strategy using (strategy)
order by sums.requests desc, strategy
