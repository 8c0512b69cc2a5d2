-- Hours between the first and the last request of the period in which nothing was recorded.
with hours as (
    select hour, coalesce(sum(spend.requests), 0) as requests
    from calendar
    left join cubes.spend using (slot_us)
    where in_period
    group by hour
)
select count(*) filter (requests = 0) as empty_hours, count(*) as hours
from hours
where hour between (select min(hour) from hours where requests > 0) and (select max(hour) from hours where requests > 0)
