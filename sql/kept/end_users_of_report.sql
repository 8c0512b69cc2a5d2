-- Spend by end user as the cube `attribution` has it, from the months that lie whole in one stretch of the report, else from days.
with months as (
    select date_trunc('month', day) as month, min(day_us) as kept_us, min(month_us) as slot_us
    from spans
    group by date_trunc('month', day)
    having min(month_us) = max(month_us) and count(distinct day) = day(last_day(min(day)))
), days as (
    select distinct day_us, month_us as slot_us
    from spans
    where date_trunc('month', day) not in (select month from months)
)
select
    slot_us,
    'end_user' as divided_by,
    cast(null as varchar) as team, cast(null as varchar) as project, cast(null as varchar) as environment,
    end_user,
    sum(requests) as requests,
    sum(cost_usd) as cost_usd,
    sum(priced_requests) as priced_requests,
    sum(priced_tokens) as priced_tokens,
    sum(unpriced_requests) as unpriced_requests
from (
    select months.slot_us, end_user, requests, cost_usd, priced_requests, priced_tokens, unpriced_requests
    from kept.cubes.end_users
    join months on end_users.month_us = months.kept_us
    where end_users.day_us is null
    union all
    select days.slot_us, end_user, requests, cost_usd, priced_requests, priced_tokens, unpriced_requests
    from kept.cubes.end_users
    join days using (day_us)
) of_report
group by slot_us, end_user
