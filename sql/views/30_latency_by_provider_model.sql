-- How long answers take by provider and model: half, 95 % and 99 % of the requests are at least this fast (histogram, 1 % relative error).
with points as (
    select provider, model, latency_ms, sum(requests) as requests
    from latency_points
    where in_period
    group by provider, model, latency_ms
), ranked as (
    select
        *,
        sum(requests) over (partition by provider, model order by latency_ms rows unbounded preceding) as upto,
        sum(requests) over (partition by provider, model) as total
    from points
), first_tokens as (
    select
        provider, model,
        at_quantile(0.5, ttft_ms, upto, total) as ttft_p50_ms,
        at_quantile(0.95, ttft_ms, upto, total) as ttft_p95_ms
    from (
        select
            *,
            sum(requests) over (partition by provider, model order by ttft_ms rows unbounded preceding) as upto,
            sum(requests) over (partition by provider, model) as total
        from (
            select provider, model, ttft_ms, sum(requests) as requests
            from ttft_points
            where in_period
            group by provider, model, ttft_ms
        )
    )
    group by provider, model
)
select
    provider, model,
    max(total) as requests,
    at_quantile(0.5, latency_ms, upto, total) as p50_ms,
    at_quantile(0.95, latency_ms, upto, total) as p95_ms,
    at_quantile(0.99, latency_ms, upto, total) as p99_ms,
    max(ttft_p50_ms) as ttft_p50_ms,
    max(ttft_p95_ms) as ttft_p95_ms
from ranked
left join first_tokens using (provider, model)
group by provider, model
order by p95_ms desc, provider, model
