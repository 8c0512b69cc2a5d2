-- What was left on the table: each strategy against the cheapest and the fastest model seen doing work of the same group and size, cells with at least 20 requests a model.
with by_model as (
    select
        requested_model, input_size, output_size, provider, model,
        sum(cost_usd) / nullif(sum(priced_requests), 0) as cost_usd,
        sum(latency_ms) / nullif(sum(timed_requests), 0) as latency_ms
    from workload
    join parts using (part)
    where in_period
    group by requested_model, input_size, output_size, provider, model
    having sum(workload.requests) >= 20
), best as (
    select requested_model, input_size, output_size, min(cost_usd) as cost_usd, min(latency_ms) as latency_ms
    from by_model
    group by requested_model, input_size, output_size
), actual as (
    select
        strategy, requested_model, input_size, output_size,
        sum(workload.requests) as requests,
        sum(priced_requests) as priced_requests,
        sum(timed_requests) as timed_requests,
        sum(cost_usd) as cost_usd,
        sum(latency_ms) as latency_ms
    from workload
    join parts using (part)
    where in_period
    group by strategy, requested_model, input_size, output_size
)
select
    strategy,
    sum(actual.requests) as requests,
    coalesce(sum(actual.cost_usd), 0) as cost_usd,
    cast(sum(cast(greatest(actual.cost_usd - actual.priced_requests * best.cost_usd, 0) as decimal(38, 9))) as double) as regret_usd,
    sum(cast(greatest(actual.latency_ms - actual.timed_requests * best.latency_ms, 0) as decimal(38, 9))) / nullif(sum(actual.timed_requests), 0)
        as regret_ms
from actual
join best using (requested_model, input_size, output_size)
group by strategy
order by strategy
