-- Spend of each local day by strategy, provider and model, with the bucket and the side of the calendar: what all others sum.
-- Of a year of hours this is a fraction of the rows.
select
    calendar.day, calendar.bucket, calendar.in_period, calendar.side,
    strategy, provider, model,
    sum(requests) as requests,
    sum(failed_requests) as failed_requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens,
    sum(reads_known_input_tokens) as reads_known_input_tokens,
    sum(reads_known_read_tokens) as reads_known_read_tokens,
    sum(reasoning_known_output_tokens) as reasoning_known_output_tokens,
    sum(reasoning_known_tokens) as reasoning_known_tokens,
    sum(cost_usd) as cost_usd,
    sum(failed_cost_usd) as failed_cost_usd,
    sum(cache_savings_usd) as cache_savings_usd,
    sum(unknown_savings_requests) as unknown_savings_requests,
    sum(priced_requests) as priced_requests,
    sum(priced_tokens) as priced_tokens,
    sum(unpriced_requests) as unpriced_requests,
    sum(unpriced_tokens) as unpriced_tokens,
    sum(free_requests) as free_requests,
    sum(free_tokens) as free_tokens
from coarse.spend
join calendar using (slot_us)
group by calendar.day, calendar.bucket, calendar.in_period, calendar.side, strategy, provider, model
