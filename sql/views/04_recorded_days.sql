-- How much of each day of the history has passed up to the last row of the source, and how much of that is recorded.
-- An hour is missing as the view `coverage` has it, judged over the whole history.
select
    day, days.day_us,
    coalesce(sum(hours) filter (hour_us <= extent.last_us), 0) as passed_hours,
    coalesce(sum(hours) filter (recorded and not is_missing), 0) as covered_hours
from with_gaps('history_hours')
join (select distinct day, day_us from history_calendar) as days using (day)
cross join cubes.extent
group by day, days.day_us
