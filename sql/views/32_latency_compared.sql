-- The median and the 95th percentile of latency on either side of the comparison, over all requests.
select
    side,
    max(total) as requests,
    at_quantile(0.5, latency_ms, upto, total) as p50_ms,
    at_quantile(0.95, latency_ms, upto, total) as p95_ms
from (
    select
        *,
        sum(requests) over (partition by side order by latency_ms rows unbounded preceding) as upto,
        sum(requests) over (partition by side) as total
    from (
        select side, latency_ms, sum(requests) as requests
        from latency_points
        where side is not null
        group by side, latency_ms
    )
)
group by side
order by side
