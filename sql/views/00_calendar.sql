-- Every slot of time the report looks at, with its day and bucket in the reporting time zone and its part of the comparison.
select
    slot_us,
    cast(local_time as date) as day,
    cast(date_trunc(bucket_unit, local_time) as date) as bucket,
    date_trunc('hour', local_time) as hour,
    case when slot_us >= new_us then 2 when slot_us >= old_us and slot_us < old_until_us then 1 else 0 end as part,
    slot_us >= start_us as in_period
from (
    select
        slots.range as slot_us,
        timezone(time_zone, timezone('UTC', make_timestamp(slots.range))) as local_time,
        bucket_unit, start_us, old_us, old_until_us, new_us
    from period, range(from_us, until_us, slot_us) as slots
)
