-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time that is read, with the first slot of its local day and of its local month: what cubes are keyed by.
select slot_us, day_us, month_us, stretch_us
from spans
cross join unnest(generate_array(start_us, until_us - 1, $slot_us)) as slot_us
