-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Every slot of time of the history, with the first slot of its local day.
select slot_us, day_us
from history_spans
cross join unnest(sequence(start_us, until_us - 1, $history_slot_us)) as one (slot_us)
where start_us < until_us
