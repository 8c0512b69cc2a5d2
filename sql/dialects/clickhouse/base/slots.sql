-- Every slot of time that is read, with the first slot of its local day and of its local month: what cubes are keyed by.
select arrayJoin(range(start_us, until_us, $slot_us)) as slot_us, day_us, month_us, stretch_us
from spans
