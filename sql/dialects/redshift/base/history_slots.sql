-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time of the history, with the first slot of its local day; a day has at most 10,000 slots.
select "history_spans"."start_us" + "counted"."number" * $history_slot_us as "slot_us", "history_spans"."day_us"
from "history_spans"
join "counted" on "history_spans"."start_us" + "counted"."number" * $history_slot_us < "history_spans"."until_us"
