-- Cost-first against performance-first on the same work: only cells of equal model group and equal size of input and output that both served, each weighted by the work the two did together. The intervals are half of the 95 % confidence interval of the difference (stratified means: sum of squared weights times variance over number); a cell with one request is given the square of its value for a variance.
with cells as (
    select
        requested_model, input_size, output_size, intent,
        sum(workload.requests) as requests,
        sum(cost_usd) / nullif(sum(priced_requests), 0) as cost_usd,
        sum(latency_ms) / nullif(sum(timed_requests), 0) as latency_ms,
        sum(priced_requests) as priced,
        sum(timed_requests) as timed,
        sum(micro_usd_squares) as micro_usd_squares,
        sum(ms_squares) as ms_squares
    from workload
    join parts using (part)
    join strategy_intent using (strategy)
    where in_period and intent <> 'other'
    group by requested_model, input_size, output_size, intent
), spread as (
    select
        *,
        case when priced > 1
            then greatest(micro_usd_squares - priced * pow(cost_usd * 1000000, 2), 0) / (priced - 1)
            else micro_usd_squares end / nullif(priced, 0) as micro_usd_doubt,
        case when timed > 1
            then greatest(ms_squares - timed * pow(latency_ms, 2), 0) / (timed - 1)
            else ms_squares end / nullif(timed, 0) as ms_doubt
    from cells
), pairs as (
    select
        cost.micro_usd_doubt + performance.micro_usd_doubt as micro_usd_doubt,
        cost.ms_doubt + performance.ms_doubt as ms_doubt,
        cost.requests as cost_requests,
        performance.requests as performance_requests,
        cost.requests + performance.requests as weight,
        cost.cost_usd as cost_first_usd,
        performance.cost_usd as performance_first_usd,
        cost.latency_ms as cost_first_ms,
        performance.latency_ms as performance_first_ms
    from (from spread where intent = 'cost') as cost
    join (from spread where intent = 'performance') as performance
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
        / nullif(sum(weight) filter (cost_first_ms is not null and performance_first_ms is not null), 0) as performance_first_ms,
    1.96 * sqrt(sum(try_cast(pow(weight, 2) * micro_usd_doubt as decimal(38, 6)))) / 1000000
        / nullif(sum(weight) filter (cost_first_usd is not null and performance_first_usd is not null), 0) as interval_usd,
    1.96 * sqrt(sum(try_cast(pow(weight, 2) * ms_doubt as decimal(38, 6))))
        / nullif(sum(weight) filter (cost_first_ms is not null and performance_first_ms is not null), 0) as interval_ms
from pairs
