-- Every slot of time of the history, with the first slot of its local day.
select generate_series(start_us, until_us - 1, $history_slot_us) as slot_us, day_us
from history_spans
