-- What today cost so far, and yesterday up to the same time: unknown (NULL) only if nothing of it has a known price.
with days as (
    select
        epoch_us >= $today_us as is_today,
        count(*) as requests,
        sum(failed) as failed_requests,
        sum(tokens) as tokens,
        sum(cost_usd) as cost_usd,
        sum(unpriced) as unpriced_requests
    from live_requests
    where timestamp >= make_timestamp($yesterday_us) and timestamp < make_timestamp($until_us)
        and (timestamp >= make_timestamp($today_us) or timestamp < make_timestamp($same_time_us))
    group by is_today
), sides as (
    select
        cast(coalesce(sum(requests) filter (is_today), 0) as bigint) as requests,
        cast(coalesce(sum(failed_requests) filter (is_today), 0) as bigint) as failed_requests,
        cast(coalesce(sum(tokens) filter (is_today), 0) as bigint) as tokens,
        case when coalesce(sum(unpriced_requests) filter (is_today), 0) = 0
            then coalesce(sum(cost_usd) filter (is_today), 0) else sum(cost_usd) filter (is_today) end as cost_usd,
        cast(coalesce(sum(unpriced_requests) filter (is_today), 0) as bigint) as unpriced_requests,
        sum(cost_usd) filter (not is_today) as yesterday_usd,
        cast(coalesce(sum(requests) filter (not is_today), 0) as bigint) as yesterday_requests
    from days
)
select *, cast(cost_usd as double) / nullif(cast(yesterday_usd as double), 0) - 1 as change
from sides
