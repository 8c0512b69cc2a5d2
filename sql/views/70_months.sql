-- The months behind the report, oldest first: what each cost, what a thousand requests and a million tokens cost in it, and how much of it is recorded.
-- The month in which the report ends and the twelve before it, from the first that is recorded. `first_day` and `last_day`
-- are what is recorded of a month; it `is_whole` if that is all of it, from end to end. Only whole months are compared, and
-- only if at most as much is missing of both as the comparison of a report may lack. NULL: nothing is recorded, or no price is known.
with covered as (
    select
        month,
        min(day) filter (recorded) as first_day,
        max(day) filter (recorded) as last_day,
        max(day) as until_day,
        count(distinct day) filter (has_data) as days_with_data,
        coalesce(sum(hours) filter (recorded), 0) as recorded_hours,
        coalesce(sum(hours) filter (is_missing), 0) as missing_hours
    from with_gaps('history_hours')
    group by month
), spent as (
    select
        month,
        sum(requests) as requests,
        known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
        sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests,
        sum(priced_tokens) as priced_tokens,
        coalesce(sum(input_tokens), 0) as input_tokens,
        coalesce(sum(output_tokens), 0) as output_tokens,
        sum(reads_known_input_tokens) as reads_known_input_tokens,
        sum(reads_known_read_tokens) as reads_known_read_tokens,
        sum(reasoning_known_output_tokens) as reasoning_known_output_tokens,
        sum(reasoning_known_tokens) as reasoning_known_tokens
    from (select distinct month, day_us from history_calendar)
    join cubes.history using (day_us)
    group by month
), months as (
    select
        *,
        history_whole_first <= month and last_day(month) <= least(history_whole_last, until_day) as is_whole,
        coalesce(missing_hours / nullif(recorded_hours, 0), 0) <= period.most_missing_share as has_no_gaps
    from covered
    left join spent using (month)
    cross join period
)
select
    month, first_day, last_day,
    date_diff('day', month, last_day(month)) + 1 as days,
    is_whole, days_with_data, recorded_hours, missing_hours,
    requests, cost_usd,
    case
        when is_whole and has_no_gaps and lag(is_whole and has_no_gaps) over (order by month)
            then cast(cost_usd / nullif(lag(cost_usd) over (order by month), 0) as double) - 1
    end as cost_change,
    unpriced_requests,
    thousandfold(cost_usd, priced_requests) as cost_per_thousand_requests_usd,
    millionfold(cost_usd, priced_tokens) as cost_per_million_tokens_usd,
    input_tokens, output_tokens,
    output_tokens / nullif(input_tokens, 0) as output_per_input,
    reads_known_read_tokens / nullif(reads_known_input_tokens, 0) as cache_hit_rate,
    reasoning_known_tokens / nullif(reasoning_known_output_tokens, 0) as reasoning_share
from months
order by month
