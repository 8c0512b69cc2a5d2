-- The local days of the slots that a part has rows in, as a server is given those of a report.
select min(slot_us) as start_us, max(slot_us) + $slot_us::bigint as until_us, day_us, month_us, day_us as stretch_us
from slots
where slot_us >= $from_us and slot_us < $until_us
group by day_us, month_us
