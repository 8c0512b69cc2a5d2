-- The lines of bills of the period, by UTC day.
select * exclude (unreadable_columns)
from billed_clean
where day between $first::date and $last::date and amount is not null
