-- What each provider was paid in each hour of today, counted from its midnight; what has no known price is not in it.
select
    cast((epoch_us - $today_us) // 3600000000 as integer) as hour,
    provider,
    sum(cost_usd) as cost_usd
from live_requests
where timestamp >= make_timestamp($today_us) and timestamp < make_timestamp($until_us) and cost_usd > 0
group by hour, provider
order by hour, provider
