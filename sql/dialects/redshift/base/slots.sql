-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Every slot of time that is read, with the first slot of its local day and of its local month: what cubes are keyed by.
-- A day has at most 10,000 slots.
select "spans"."start_us" + "counted"."number" * $slot_us as "slot_us", "spans"."day_us", "spans"."month_us", "spans"."stretch_us"
from "spans"
join "counted" on "spans"."start_us" + "counted"."number" * $slot_us < "spans"."until_us"
