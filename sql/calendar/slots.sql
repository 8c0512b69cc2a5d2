-- Every slot of time that is read, with the first slot of its local day and of the days that the report does not tell apart: what cubes are keyed by.
select slots.range as slot_us, spans.day_us, spans.stretch_us
from spans, period, range(spans.start_us, spans.until_us, period.slot_us) as slots
