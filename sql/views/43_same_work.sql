-- Cost-first against performance-first on the same work: only cells of equal model group and equal size of input and output that both served, each weighted by the work the two did together.
with cells as (
    select
        requested_model, input_size, output_size, intent,
        sum(workload.requests) as requests,
        sum(cost_usd) / nullif(sum(priced_requests), 0) as cost_usd,
        sum(latency_ms) / nullif(sum(timed_requests), 0) as latency_ms
    from workload
    join parts using (part)
    join strategy_intent using (strategy)
    where in_period and intent <> 'other'
    group by requested_model, input_size, output_size, intent
), pairs as (
    select
        cost.requests as cost_requests,
        performance.requests as performance_requests,
        cost.requests + performance.requests as weight,
        cost.cost_usd as cost_first_usd,
        performance.cost_usd as performance_first_usd,
        cost.latency_ms as cost_first_ms,
        performance.latency_ms as performance_first_ms
    from (from cells where intent = 'cost') as cost
    join (from cells where intent = 'performance') as performance
        using (requested_model, input_size, output_size)
)
select
    count(*) as cells,
    coalesce(sum(cost_requests), 0) as cost_requests,
    coalesce(sum(performance_requests), 0) as performance_requests,
    cast(sum(cast(weight * cost_first_usd as decimal(38, 9))) filter (performance_first_usd is not null)
        / nullif(sum(weight) filter (cost_first_usd is not null and performance_first_usd is not null), 0) as double)
        as cost_first_usd,
    cast(sum(cast(weight * performance_first_usd as decimal(38, 9))) filter (cost_first_usd is not null)
        / nullif(sum(weight) filter (cost_first_usd is not null and performance_first_usd is not null), 0) as double)
        as performance_first_usd,
    sum(cast(weight * cost_first_ms as decimal(38, 9))) filter (performance_first_ms is not null)
        / nullif(sum(weight) filter (cost_first_ms is not null and performance_first_ms is not null), 0) as cost_first_ms,
    sum(cast(weight * performance_first_ms as decimal(38, 9))) filter (cost_first_ms is not null)
        / nullif(sum(weight) filter (cost_first_ms is not null and performance_first_ms is not null), 0) as performance_first_ms
from pairs
