-- Every slot of time the report looks at, with its day and bucket in the reporting time zone and its side of the comparison.
-- Cubes know time alone. What is keyed by a day or a month carries its first slot, and no bound of the period or of the
-- comparison lies within one, so that this one table says for every cube what is compared with what.
-- `hour_us` is the moment the clock hour began: an hour that clocks show twice is two, so that hours can be counted.
select
    slots.range as slot_us,
    spans.day,
    cast(date_trunc(period.bucket_unit, spans.day) as date) as bucket,
    date_trunc('hour', make_timestamp(slots.range + spans.utc_offset_us)) as hour,
    slots.range - (slots.range + spans.utc_offset_us) % 3600000000 as hour_us,
    spans.utc_offset_us,
    case
        when slots.range >= period.new_us and slots.range < period.new_until_us then 'new'
        when slots.range >= period.old_us and slots.range < period.old_until_us then 'old'
    end as side,
    slots.range >= period.start_us as in_period
from spans, period, range(spans.start_us, spans.until_us, period.slot_us) as slots
