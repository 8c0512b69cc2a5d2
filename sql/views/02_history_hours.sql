-- Every hour of the history, as `hours` has those of the report.
select
    calendar.month, calendar.day, calendar.hour_us,
    calendar.is_recorded as recorded,
    count(*) * (select history_slot_us from period) / 3600000000 as hours,
    coalesce(sum(rhythm.requests), 0) as requests
from history_calendar as calendar
left join (
    select slot_us, sum(requests) as requests from cubes.rhythm where divided_by = 'team' group by slot_us
) as rhythm using (slot_us)
group by all
