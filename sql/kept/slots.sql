-- Every slot of time of all that is recorded, with the first slot of its local day and of its local month; each day is a stretch, for nobody knows yet what is asked.
select slots.range as slot_us, spans.day_us, spans.month_us, spans.day_us as stretch_us
from (
    select
        unnest($start_us::bigint[]) as start_us,
        unnest($until_us::bigint[]) as until_us,
        unnest($day_us::bigint[]) as day_us,
        unnest($month_us::bigint[]) as month_us
) as spans, range(spans.start_us, spans.until_us, $slot_us::bigint) as slots
