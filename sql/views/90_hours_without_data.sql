-- Hours of the period between the first and the last request of the source in which nothing was recorded; an hour that clocks show twice is two.
with hours as (
    select hour_us, coalesce(sum(spend.requests), 0) as requests
    from calendar
    left join cubes.spend using (slot_us)
    cross join cubes.extent
    where in_period and hour_us + 3600000000 > first_us and hour_us <= last_us
    group by hour_us
)
select count(*) filter (requests = 0) as empty_hours, count(*) as hours
from hours
