-- Failover events in each day, week or month of the period, by the provider that was left; a bucket without any has one row of none.
select
    buckets.bucket,
    from_provider,
    coalesce(events, 0) as events,
    coalesce(recovered, 0) as recovered
from (select distinct bucket from calendar where in_period) as buckets
left join (
    select bucket, from_provider, cast(sum(events) as bigint) as events, cast(sum(recovered) as bigint) as recovered
    from cubes.failovers
    join calendar using (slot_us)
    where in_period
    group by bucket, from_provider
) as left_providers using (bucket)
order by buckets.bucket, from_provider
