-- Every day of the history: its requests, whether it is recorded from end to end, and how much of a usual day is spent by the time of the last row.
-- That is said of the day of the last row alone, by the hours of the eight weeks before it.
with last_row as (
    select history_calendar.day, history_calendar.hour, (extent.last_us - history_calendar.hour_us) / 3600000000 as hour_share
    from history_calendar, cubes.extent
    where extent.last_us between history_calendar.hour_us and history_calendar.hour_us + 3599999999
    limit 1
), usual as (
    select
        cast(sum(cost_usd) filter (hour(history_calendar.hour) < hour(last_row.hour)) as double) as before_usd,
        cast(sum(cost_usd) filter (hour(history_calendar.hour) = hour(last_row.hour)) as double) as within_usd,
        cast(sum(cost_usd) as double) as whole_usd,
        any_value(last_row.hour_share) as hour_share
    from cubes.rhythm
    join history_calendar using (slot_us), last_row
    where rhythm.divided_by = 'team' and history_calendar.day between last_row.day - 56 and last_row.day - 1
), requests_by_day as (
    select day_us, sum(requests) as requests from cubes.history group by day_us
), days as (
    select
        day, day_us, month,
        coalesce(bool_and(is_recorded), false) as is_whole,
        coalesce(bool_or(is_recorded), false) as is_begun
    from history_calendar
    group by day, day_us, month
)
select
    days.day, days.month,
    cast(coalesce(requests_by_day.requests, 0) as bigint) as requests,
    days.is_whole, days.is_begun,
    case
        when not days.is_whole and days.day = last_row.day and usual.whole_usd > 0
            then (coalesce(usual.before_usd, 0) + usual.hour_share * coalesce(usual.within_usd, 0)) / usual.whole_usd
    end as usual_share
from days
left join requests_by_day using (day_us)
left join last_row on true
left join usual on true
order by days.day
