-- The first and the last day of bills.
select min(day) as first_day, max(day) as last_day
from billed_clean
where day is not null and amount is not null
