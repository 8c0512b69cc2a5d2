-- What could not be used in the period, and in rows of which nobody knows when they were.
select unusable_values.*
from cubes.unusable_values
left join calendar using (slot_us)
where calendar.in_period or unusable_values.slot_us is null
