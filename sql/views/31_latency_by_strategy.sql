-- How long answers take by routing strategy.
select
    strategy,
    max(total) as requests,
    at_quantile(0.5, latency_ms, upto, total) as p50_ms,
    at_quantile(0.95, latency_ms, upto, total) as p95_ms,
    at_quantile(0.99, latency_ms, upto, total) as p99_ms
from (
    select
        *,
        sum(requests) over (partition by strategy order by latency_ms rows unbounded preceding) as upto,
        sum(requests) over (partition by strategy) as total
    from (
        select strategy, latency_ms, sum(requests) as requests
        from latency_points
        where in_period
        group by strategy, latency_ms
    )
)
group by strategy
order by strategy
