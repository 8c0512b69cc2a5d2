-- Spend by end user as the cube `attribution` has it, from the months that lie whole in one stretch of the report, else from days.
with days as (
    select distinct day_us, stretch_us as slot_us
    from spans
    where day_us not in (select day_us from whole_months)
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
    select stretch_us as slot_us, end_user, requests, cost_usd, priced_requests, priced_tokens, unpriced_requests
    from kept.cubes.end_users
    join (select distinct month_us, stretch_us from whole_months) as whole using (month_us)
    where day_us is null
    union all
    select days.slot_us, end_user, requests, cost_usd, priced_requests, priced_tokens, unpriced_requests
    from kept.cubes.end_users
    join days using (day_us)
) of_report
group by slot_us, end_user
