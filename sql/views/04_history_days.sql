-- How much of each day of the history has passed up to the last row of the source, and how much of that is recorded.
-- An hour is missing as the view `coverage` has it: if nothing was recorded in it although the source records in every
-- hour, or on a day without any row if it does not; a weekday on which it never records is no gap.
with hours as (
    select
        history.day, history.day_us, history.hour_us, history.is_recorded,
        history.hour_us <= extent.last_us as has_passed,
        count(*) * (select history_slot_us from period) / 3600000000 as hours,
        coalesce(sum(spend.requests), 0) as requests
    from history_calendar as history
    left join (
        select slot_us, sum(requests) as requests from cubes.rhythm where divided_by = 'model' group by slot_us
    ) as spend using (slot_us)
    cross join cubes.extent
    group by all
), days as (
    select
        day, isodow(day) as weekday,
        coalesce(sum(requests) filter (is_recorded), 0) > 0 as has_data,
        bool_or(is_recorded) as is_recorded,
        bool_and(is_recorded) as is_whole,
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
)
select
    hours.day, hours.day_us,
    coalesce(sum(hours.hours) filter (has_passed), 0) as passed_hours,
    coalesce(sum(hours.hours) filter (hours.is_recorded and (
        weekdays.is_free or case when habits.in_every_hour then hours.requests > 0 else days.has_data end
    )), 0) as covered_hours
from hours
cross join habits
left join days using (day)
left join weekdays using (weekday)
group by hours.day, hours.day_us
