-- Failover events in each day, week or month of the period, by the provider that was left.
select
    calendar.bucket,
    failovers.from_provider,
    cast(coalesce(sum(failovers.events), 0) as bigint) as events,
    cast(coalesce(sum(failovers.recovered), 0) as bigint) as recovered
from (select distinct bucket, slot_us from calendar where in_period) as calendar
left join cubes.failovers using (slot_us)
group by calendar.bucket, failovers.from_provider
order by calendar.bucket, failovers.from_provider
