-- Requests by routing strategy in each day, week or month of the period.
select
    calendar.bucket,
    spend.strategy,
    coalesce(sum(spend.requests), 0) as requests,
    coalesce(sum(spend.cost_usd), 0) as cost_usd
from (select distinct bucket, slot_us from calendar where in_period) as calendar
left join cubes.spend using (slot_us)
group by calendar.bucket, spend.strategy
order by calendar.bucket, spend.strategy
