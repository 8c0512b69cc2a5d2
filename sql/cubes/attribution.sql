-- Spend and volume divided in three ways: by team and project, by environment, by end user; NULL stays NULL, so that the unattributed part is shown as such.
-- Each way divides the whole: choose one by `divided_by`. Teams and environments are keyed by slot. End users can be a
-- million, so they are keyed by the first slot of a stretch of days, which begins anew where the period or a side of the
-- comparison begins or ends: every row lies within one side, and there are as many as end users, not times days.
select
    case when grouping(end_user) = 0 then stretch_us else slot_start_us end as slot_us,
    case when grouping(end_user) = 0 then 'end_user' when grouping(environment) = 0 then 'environment' else 'team' end
        as divided_by,
    team, project, environment, end_user,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end) as priced_tokens,
    sum(unpriced) as unpriced_requests
from (
    select
        slots.slot_us as slot_start_us, slots.stretch_us,
        team, project, environment, end_user, cost_usd, unpriced, input_tokens, output_tokens
    from requests
    join slots on slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
    where epoch_us >= $from_us and epoch_us < $until_us
) attributed
group by grouping sets (
    (slot_start_us, team, project),
    (slot_start_us, environment),
    (stretch_us, end_user)
)
