-- Cost-first against performance-first on the same work: only cells of equal model group and equal size of input and output that both served, each weighted by the work the two did together.
-- Cost is a token's, times the mean tokens of the cell; latency an output token's, times its mean output tokens. The
-- intervals are half of the 95 % confidence interval of the difference (sum of squared weights times variances).
with pairs as (
    select
        cost.requests as cost_requests,
        performance.requests as performance_requests,
        cost.requests + performance.requests as weight,
        (cost.priced_length + performance.priced_length)
            / nullif(cost.priced_requests + performance.priced_requests, 0) / 1000000 as usd_length,
        (cost.timed_length + performance.timed_length)
            / nullif(cost.timed_requests + performance.timed_requests, 0) as ms_length,
        cost.micro_usd_rate * usd_length as cost_first_usd,
        performance.micro_usd_rate * usd_length as performance_first_usd,
        cost.ms_rate * ms_length as cost_first_ms,
        performance.ms_rate * ms_length as performance_first_ms,
        (cost.micro_usd_doubt + performance.micro_usd_doubt) * pow(usd_length * 1000000, 2) as micro_usd_doubt,
        (cost.ms_doubt + performance.ms_doubt) * pow(ms_length, 2) as ms_doubt
    from (from work_rates where kind = 'intent' and intent = 'cost') as cost
    join (from work_rates where kind = 'intent' and intent = 'performance') as performance
        using (requested_model, input_size, output_size)
)
select
    count(*) as cells,
    coalesce(sum(cost_requests), 0) as cost_requests,
    coalesce(sum(performance_requests), 0) as performance_requests,
    cast(sum(cast(weight * cost_first_usd as decimal(38, 12))) filter (performance_first_usd is not null)
        / nullif(sum(weight) filter (cost_first_usd is not null and performance_first_usd is not null), 0) as double)
        as cost_first_usd,
    cast(sum(cast(weight * performance_first_usd as decimal(38, 12))) filter (cost_first_usd is not null)
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
