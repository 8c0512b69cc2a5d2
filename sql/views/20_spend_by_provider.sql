-- Who the money went to: spend and its share by provider, with the share on either side of the comparison; NULL where no price is known.
with sums as (
    select
        provider,
        sum_if(requests, in_period) as requests,
        known_cost(sum(cost_usd) filter (in_period), sum_if(unpriced_requests, in_period)) as cost_usd,
        sum_if(unpriced_requests, in_period) as unpriced_requests,
        sum_if(input_tokens, in_period) as input_tokens,
        sum_if(output_tokens, in_period) as output_tokens,
        sum_if(cost_usd, side = 'old') as old_cost_usd,
        sum_if(cost_usd, side = 'new') as new_cost_usd
    from spend_by_day
    group by provider
), shares as (
    select
        *,
        cast(cost_usd / nullif(sum(cost_usd) over (), 0) as double) as share,
        cast(old_cost_usd / nullif(sum(old_cost_usd) over (), 0) as double) as old_share,
        cast(new_cost_usd / nullif(sum(new_cost_usd) over (), 0) as double) as new_share
    from sums
)
select provider, requests, cost_usd, share, unpriced_requests, input_tokens, output_tokens, old_share, new_share
from shares
where requests > 0
order by cost_usd desc nulls last, requests desc, provider
