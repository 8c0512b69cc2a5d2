-- Lines of bills that cannot be compared, for they have no usable amount or day, and those of days outside the period.
select
    count(*) filter (day is null or amount is null) as unusable,
    count(*) filter (day is not null and amount is not null and not day between $first::date and $last::date) as outside
from billed_clean
