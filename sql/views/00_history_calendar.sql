-- Every slot of time of the history, with its local day, the clock hour it is in, and the first day of its month.
-- The history is the month in which the report ends and the twelve before it, as far as anything is recorded. `is_recorded`
-- says that the hour lies between the source's first and last row.
select
    slotted.*,
    slotted.hour_us + 3600000000 > extent.first_us and slotted.hour_us <= extent.last_us as is_recorded
from (
    select
        slots.range as slot_us,
        history_spans.day,
        history_spans.day_us,
        cast(date_trunc('month', history_spans.day) as date) as month,
        date_trunc('hour', make_timestamp(slots.range + history_spans.utc_offset_us)) as hour,
        slots.range - (slots.range + history_spans.utc_offset_us) % 3600000000 as hour_us
    from history_spans, period, range(history_spans.start_us, history_spans.until_us, period.history_slot_us) as slots
) as slotted
cross join cubes.extent
