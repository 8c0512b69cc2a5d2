-- The part of the cube `attribution` that is by end user and local month: months begin anew with each report's comparison.
select
    month_us as slot_us,
    'end_user' as divided_by,
    cast(null as varchar) as team, cast(null as varchar) as project, cast(null as varchar) as environment,
    end_user,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end) as priced_tokens,
    sum(unpriced) as unpriced_requests
from requests
join slots on slots.slot_us = epoch_us - epoch_us % $slot_us
where epoch_us >= $from_us and epoch_us < $until_us
group by month_us, end_user
