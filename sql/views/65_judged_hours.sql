-- How many hours of the period could be held against their own history, and how many have requests; the first day that could.
-- Judged are the hours whose single spend has a strangeness: everybody's history of five weeks lies before them.
select
    count(*) as hours,
    count(strangeness) as judged_hours,
    min(day) filter (strangeness is not null) as first_judged_day
from unlike_windows
where in_period and scale = 'hour' and series.dimension = 'total'
