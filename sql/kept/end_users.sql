-- The part of the cube `attribution` that is by end user: by local day, and with `day_us` NULL by local month.
-- Months begin anew where a report's comparison begins: one that is cut so is put together from its days.
select
    month_us, day_us, end_user,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end) as priced_tokens,
    sum(unpriced) as unpriced_requests
from (
    select slots.month_us, slots.day_us, end_user, cost_usd, unpriced, input_tokens, output_tokens
    from requests
    join slots on slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
    where epoch_us >= $from_us and epoch_us < $until_us
) attributed
group by grouping sets ((month_us, day_us, end_user), (month_us, end_user))
order by day_us nulls first
