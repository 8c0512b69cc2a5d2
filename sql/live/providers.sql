-- What each provider was paid today so far, the most first; unknown (NULL) only if nothing of it has a known price.
select
    provider,
    count(*) as requests,
    cast(sum(failed) as bigint) as failed_requests,
    case when sum(unpriced) = 0 then coalesce(sum(cost_usd), 0) else sum(cost_usd) end as cost_usd,
    cast(sum(unpriced) as bigint) as unpriced_requests
from live_requests
where timestamp >= make_timestamp($today_us) and timestamp < make_timestamp($until_us)
group by provider
order by sum(cost_usd) desc nulls last, requests desc, provider
