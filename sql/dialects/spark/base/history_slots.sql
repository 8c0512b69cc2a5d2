-- Every slot of time of the history, with the first slot of its local day.
select explode(sequence(start_us, until_us - 1, cast($history_slot_us as bigint))) as slot_us, day_us
from history_spans
where start_us < until_us
