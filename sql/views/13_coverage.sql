-- How much of the period, and of both sides of the comparison, is recorded: days and hours by the calendar, those between the source's first and last row, those with data, and those that are missing.
-- Which hours are missing is said in `with_gaps`. Before the first and after the last row nothing is missing.
with parts as (
    select *, 'period' as part from with_gaps('hours') where in_period
    union all by name
    select *, side as part from with_gaps('hours') where side is not null
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
