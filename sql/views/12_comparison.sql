-- The two stretches of whole days that are compared: spend, volume and unpriced requests on either side.
select
    side,
    coalesce(sum(requests), 0) as requests,
    coalesce(sum(cost_usd), 0) as cost_usd,
    coalesce(sum(unpriced_requests), 0) as unpriced_requests,
    coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) as tokens
from spend_by_day
where side is not null
group by side
order by side
