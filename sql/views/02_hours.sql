-- Every hour the report looks at: its day and side, its length, whether it lies between the source's first and last row, its requests.
select
    calendar.day, calendar.hour_us, calendar.in_period, calendar.side,
    hour_us + 3600000000 > extent.first_us and hour_us <= extent.last_us as recorded,
    count(*) * (select slot_us from period) / 3600000000 as hours,
    coalesce(sum(spend.requests), 0) as requests
from calendar
left join (select slot_us, sum(requests) as requests from cubes.spend group by slot_us) as spend using (slot_us)
cross join cubes.extent
group by all
