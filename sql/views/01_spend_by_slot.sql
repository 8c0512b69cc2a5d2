-- The spend cube with the days, buckets and sides of the calendar.
select spend.*, calendar.day, calendar.bucket, calendar.in_period, calendar.side
from cubes.spend
join calendar using (slot_us)
