-- Every slot of time that is read, with the first slot of its local day and of its local month: what cubes are keyed by.
select explode(sequence(start_us, until_us - 1, cast($slot_us as bigint))) as slot_us, day_us, month_us, stretch_us
from spans
where start_us < until_us
