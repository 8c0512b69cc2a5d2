-- How long answers take by routing strategy.
select
    strategy,
    max(total) as requests,
    min(latency_ms) filter (upto > 0.5 * (total - 1)) as p50_ms,
    min(latency_ms) filter (upto > 0.95 * (total - 1)) as p95_ms,
    min(latency_ms) filter (upto > 0.99 * (total - 1)) as p99_ms
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
