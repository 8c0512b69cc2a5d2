-- The whole period in one row; providers and models that are not recorded are none.
select
    coalesce(sum(requests), 0) as requests,
    coalesce(sum(cost_usd), 0) as cost_usd,
    coalesce(sum(unpriced_requests), 0) as unpriced_requests,
    coalesce(sum(unpriced_tokens), 0) as unpriced_tokens,
    coalesce(sum(failed_requests), 0) as failed_requests,
    coalesce(sum(input_tokens), 0) as input_tokens,
    coalesce(sum(output_tokens), 0) as output_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens,
    sum(cache_savings_usd) as cache_savings_usd,
    count(distinct provider) filter (provider <> 'not recorded') as providers,
    count(distinct (provider, model)) filter (model <> 'not recorded') as models
from spend_by_day
where in_period
