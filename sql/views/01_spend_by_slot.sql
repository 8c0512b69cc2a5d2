-- The spend cube with the days, buckets and parts of the calendar.
select spend.*, calendar.day, calendar.bucket, calendar.hour, calendar.in_period, parts.side
from spend
join calendar using (slot_us)
join parts on parts.part = calendar.part
