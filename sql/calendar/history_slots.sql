-- Every slot of time of the history, with the first slot of its local day.
select slots.range as slot_us, history_spans.day_us
from history_spans, period, range(history_spans.start_us, history_spans.until_us, period.history_slot_us) as slots
