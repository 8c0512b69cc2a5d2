-- What was bought: spend and its share by model, dearest first; NULL where no price is known.
with sums as (
    select
        provider, model,
        sum(requests) as requests,
        known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
        sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests,
        sum(input_tokens) as input_tokens,
        sum(output_tokens) as output_tokens,
        sum(cache_savings_usd) as cache_savings_usd
    from spend_by_day
    where in_period
    group by provider, model
)
select
    provider, model, requests, cost_usd,
    cast(cost_usd / nullif(sum(cost_usd) over (), 0) as double) as share,
    cast(cost_usd / nullif(priced_requests, 0) as double) as cost_per_request_usd,
    unpriced_requests, input_tokens, output_tokens, cache_savings_usd,
    row_number() over (order by cost_usd desc nulls last, requests desc, provider, model) as rank
from sums
order by rank
