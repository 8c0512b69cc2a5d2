-- How far each budget is used in each of its periods, and how far the period has passed: what is missing of it stands beside it.
-- Hours count up to the last row of the source; those before its first row are missing, too. The pace is the share used
-- over the share passed: at a pace of 1 all is used when the period ends. `breached_on` is the day on which more than the
-- amount was used, `breach_expected_on` the one on which it will be at this pace.
with days as (
    select number, day_us, sum(requests) as requests, sum(cost_usd) as cost_usd, sum(unpriced_requests) as unpriced_requests
    from (select unnest(budgets) as number, day_us, requests, cost_usd, unpriced_requests from spend_of_budgets)
    group by number, day_us
), daily as (
    select
        budgets.number, periods.first_day, recorded_days.day, recorded_days.covered_hours, recorded_days.passed_hours,
        recorded_days.day_us,
        days.requests, days.cost_usd, days.unpriced_requests,
        sum(days.cost_usd) over (partition by budgets.number, periods.first_day order by recorded_days.day) as upto_usd
    from budget_settings as budgets
    join budget_periods as periods using (period)
    left join recorded_days on recorded_days.day between periods.first_day and periods.last_day
    left join days on days.number = budgets.number and days.day_us = recorded_days.day_us
), sums as (
    select
        daily.number, daily.first_day,
        coalesce(sum(daily.requests), 0) as requests,
        known_cost(sum(daily.cost_usd), coalesce(sum(daily.unpriced_requests), 0)) as used_usd,
        coalesce(sum(daily.unpriced_requests), 0) as unpriced_requests,
        coalesce(sum(daily.covered_hours), 0) as covered_hours,
        coalesce(sum(daily.passed_hours), 0) as passed_hours,
        min(daily.day_us) as from_us,
        min(daily.day) filter (cast(daily.upto_usd as double) * budgets.rate > budgets.amount) as breached_on
    from daily
    join budget_settings as budgets using (number)
    group by daily.number, daily.first_day
), measured as (
    select
        budgets.*, periods.* exclude (period),
        sums.requests, sums.used_usd, sums.unpriced_requests, sums.breached_on,
        cast((periods.until_us - periods.start_us) / 3600000000 as double) as hours,
        sums.covered_hours,
        case when sums.passed_hours > 0
            then cast(sums.passed_hours + greatest(sums.from_us - periods.start_us, 0) / 3600000000 as double)
            else 0 end as passed_hours,
        cast(sums.used_usd as double) * budgets.rate / cast(budgets.amount as double) as used_share,
        (select count(*) > 0 from days where days.number = budgets.number and days.requests > 0) as is_scope_recorded
    from sums
    join budget_settings as budgets using (number)
    join budget_periods as periods on periods.period = budgets.period and periods.first_day = sums.first_day
), paced as (
    select
        *,
        passed_hours / hours as passed_share,
        greatest(passed_hours - covered_hours, 0) as missing_hours,
        used_share / nullif(passed_hours / hours, 0) as pace
    from measured
)
select
    *,
    case when breached_on is null and pace > 1 and passed_share < 1
        then first_day + cast(floor(round((last_day - first_day + 1) / pace, 9)) as integer) end as breach_expected_on
from paced
