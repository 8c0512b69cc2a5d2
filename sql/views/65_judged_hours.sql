-- How many hours of the period are recorded, how many of them could be held against their own history, and the first day of those.
-- An hour in which nothing is recorded, though five requests or more are usual, is none; five weeks of history make a day judged.
select
    count(*) as hours,
    count(strangeness) as judged_hours,
    min(hours.day) filter (strangeness is not null) as first_judged_day
from usual_hours as hours
left join unlike_windows as windows
    on windows.scale = 'hour' and windows.series = hours.series and windows.began_at = hours.hour
where hours.series.dimension = 'total' and is_judged and hours.day >= (select min(day) from calendar where in_period)
