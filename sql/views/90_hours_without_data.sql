-- Hours between the first and the last request of the period in which nothing was recorded; an hour that clocks show twice is two.
with hours as (
    select hour_us, coalesce(sum(spend.requests), 0) as requests
    from calendar
    left join cubes.spend using (slot_us)
    where in_period
    group by hour_us
)
select count(*) filter (requests = 0) as empty_hours, count(*) as hours
from hours
where hour_us between (select min(hour_us) from hours where requests > 0) and (select max(hour_us) from hours where requests > 0)
