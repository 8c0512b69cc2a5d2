-- What was bought: spend and its share by model, dearest first.
select
    provider, model,
    sum(requests) as requests,
    coalesce(sum(cost_usd), 0) as cost_usd,
    cast(coalesce(sum(cost_usd), 0) / nullif(sum(sum(cost_usd)) over (), 0) as double) as share,
    cast(sum(cost_usd) / nullif(sum(requests) - sum(unpriced_requests) - sum(failed_requests), 0) as double) as cost_per_request_usd,
    sum(unpriced_requests) as unpriced_requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    row_number() over (order by coalesce(sum(cost_usd), 0) desc, sum(requests) desc, provider, model) as rank
from spend_by_slot
where in_period
group by provider, model
order by rank
