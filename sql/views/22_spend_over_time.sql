-- Spend by provider in each day, week or month of the period: the seven largest providers and all others together; a bucket without any request has one row of none.
with ranked as (
    select provider, row_number() over (order by cost_usd desc, requests desc, provider) as rank
    from spend_by_provider
)
select
    calendar.bucket,
    case when ranked.rank <= 7 then ranked.provider when ranked.rank > 7 then 'all other providers' end as provider,
    coalesce(sum(spend.cost_usd), 0) as cost_usd,
    coalesce(sum(spend.requests), 0) as requests,
    coalesce(sum(spend.unpriced_requests), 0) as unpriced_requests
from (select distinct bucket from calendar where in_period) as calendar
left join spend_by_day as spend on spend.bucket = calendar.bucket and spend.in_period
left join ranked using (provider)
group by calendar.bucket, 2
order by calendar.bucket, cost_usd desc, 2
