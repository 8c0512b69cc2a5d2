-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time of the history, with the first slot of its local day.
select slot_us, day_us
from history_spans
cross join unnest(generate_array(start_us, until_us - 1, $history_slot_us)) as slot_us
