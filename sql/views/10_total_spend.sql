-- What was spent each day of the period, and how many requests have no known price and are therefore in no sum.
select
    calendar.day,
    coalesce(sum(spend.requests), 0) as requests,
    coalesce(sum(spend.cost_usd), 0) as cost_usd,
    coalesce(sum(spend.unpriced_requests), 0) as unpriced_requests,
    coalesce(sum(spend.failed_requests), 0) as failed_requests,
    coalesce(sum(spend.input_tokens), 0) as input_tokens,
    coalesce(sum(spend.output_tokens), 0) as output_tokens
from (select distinct day from calendar where in_period) as calendar
left join spend_by_day as spend using (day)
group by calendar.day
order by calendar.day
