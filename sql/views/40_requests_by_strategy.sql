-- How much traffic each routing strategy carries, what its name promises, what a request and a token cost under it, and how long they take.
-- Rates a token are of answered requests that have both counts; the time of an output token is of those with output:
-- embeddings have none.
with sums as (
    select
        strategy,
        sum(requests) as requests,
        known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
        sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests
    from spend_by_day
    where in_period
    group by strategy
), rates as (
    select
        strategy,
        1000000 * cast(sum(cost_usd) as double) / nullif(sum(priced_length) - sum(priced_requests), 0) as usd_per_million_tokens,
        cast(sum(latency_ms) filter (output_size > 0) as double)
            / nullif(sum_if(timed_length, output_size > 0) - sum_if(timed_requests, output_size > 0), 0) as ms_per_output_token
    from work_rates
    where kind = 'strategy'
    group by strategy
)
select
    strategy,
    sums.requests,
    sums.cost_usd,
    cast(sums.cost_usd / nullif(sums.priced_requests, 0) as double) as cost_per_request_usd,
    latency_by_strategy.p50_ms,
    latency_by_strategy.p95_ms,
    cast(sums.requests / sum(sums.requests) over () as double) as share,
    sums.unpriced_requests,
    rates.usd_per_million_tokens,
    rates.ms_per_output_token,
    strategy_intent.intent
from sums
left join latency_by_strategy using (strategy)
left join rates using (strategy)
left join strategy_intent using (strategy)
order by sums.requests desc, strategy
