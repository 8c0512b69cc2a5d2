-- Who the money went to: spend and its share by provider, with the share on either side of the comparison; NULL where no price is known.
with sums as (
    select
        provider,
        coalesce(sum(requests) filter (in_period), 0) as requests,
        case
            when coalesce(sum(unpriced_requests) filter (in_period), 0) = 0
                then coalesce(sum(cost_usd) filter (in_period), 0)
            else sum(cost_usd) filter (in_period)
        end as cost_usd,
        coalesce(sum(unpriced_requests) filter (in_period), 0) as unpriced_requests,
        coalesce(sum(input_tokens) filter (in_period), 0) as input_tokens,
        coalesce(sum(output_tokens) filter (in_period), 0) as output_tokens,
        coalesce(sum(cost_usd) filter (side = 'old'), 0) as old_cost_usd,
        coalesce(sum(cost_usd) filter (side = 'new'), 0) as new_cost_usd
    from spend_by_slot
    group by provider
)
select
    provider, requests, cost_usd,
    cast(cost_usd / nullif(sum(cost_usd) over (), 0) as double) as share,
    unpriced_requests, input_tokens, output_tokens,
    cast(old_cost_usd / nullif(sum(old_cost_usd) over (), 0) as double) as old_share,
    cast(new_cost_usd / nullif(sum(new_cost_usd) over (), 0) as double) as new_share
from sums
where requests > 0
order by cost_usd desc nulls last, requests desc, provider
