-- Every slot of time of the history, with the first slot of its local day.
select arrayJoin(range(start_us, until_us, $history_slot_us)) as slot_us, day_us
from history_spans
