-- How much of the period, and of both sides of the comparison, is recorded: days and hours by the calendar, those between the source's first and last row, those with data, and those that are missing.
-- Hours are missing if nothing was recorded in them although the source records in every hour: on at least half of its days
-- no hour is empty. Of any other source whole days are missing, not hours. A weekday on which it never records, in two weeks
-- or more, is no gap. Before the first and after the last row nothing is missing.
with hours as (
    select
        calendar.day, calendar.hour_us, calendar.in_period, calendar.side,
        hour_us + 3600000000 > extent.first_us and hour_us <= extent.last_us as recorded,
        count(*) * (select slot_us from period) / 3600000000 as hours,
        coalesce(sum(spend.requests), 0) as requests
    from calendar
    left join (select slot_us, sum(requests) as requests from cubes.spend group by slot_us) as spend using (slot_us)
    cross join cubes.extent
    group by all
), days as (
    select
        day, isodow(day) as weekday,
        coalesce(sum(requests) filter (recorded), 0) > 0 as has_data,
        bool_or(recorded) as is_recorded,
        bool_and(recorded) as is_whole,
        bool_and(requests > 0) as is_full
    from hours
    group by day
), habits as (
    select count(*) > 0 and 2 * count(*) filter (is_full) >= count(*) as in_every_hour
    from days
    where has_data and is_whole
), weekdays as (
    select weekday, count(*) > 1 and not bool_or(has_data) as is_free
    from days
    where is_recorded
    group by weekday
), missing as (
    select
        hours.*,
        coalesce(recorded and requests > 0, false) as has_data,
        coalesce(
            recorded and not weekdays.is_free
                and case when habits.in_every_hour then requests = 0 else not days.has_data end,
            false
        ) as is_missing
    from hours
    cross join habits
    left join days using (day)
    left join weekdays using (weekday)
), parts as (
    select *, 'period' as part from missing where in_period
    union all by name
    select *, side as part from missing where side is not null
)
select
    part,
    count(distinct day) as days,
    count(distinct day) filter (has_data) as days_with_data,
    sum(hours) as hours,
    coalesce(sum(hours) filter (recorded), 0) as recorded_hours,
    coalesce(sum(hours) filter (has_data), 0) as hours_with_data,
    coalesce(sum(hours) filter (is_missing), 0) as missing_hours
from parts
group by part
order by part
