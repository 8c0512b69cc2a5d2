-- Rows of the period that repeat the request_id and provider of an earlier row of it; each is counted.
select cast(coalesce(sum(repeated_rows), 0) as bigint) as repeated_rows
from cubes.repeated_request_ids as repeated
join calendar using (slot_us)
join calendar as earlier on earlier.slot_us = repeated.earlier_slot_us
where calendar.in_period and earlier.in_period
