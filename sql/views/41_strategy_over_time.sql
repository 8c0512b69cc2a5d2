-- Requests by routing strategy in each day, week or month of the period; a bucket without any has one row of none.
select
    calendar.bucket,
    spend.strategy,
    coalesce(sum(spend.requests), 0) as requests,
    coalesce(sum(spend.cost_usd), 0) as cost_usd
from (select distinct bucket from calendar where in_period) as calendar
left join spend_by_day as spend on spend.bucket = calendar.bucket and spend.in_period
group by calendar.bucket, spend.strategy
order by calendar.bucket, spend.strategy
