-- Rows and values of the period that were set aside, by column and reason; rows without a usable time belong to every period.
select column_name, reason, cast(sum(rows_set_aside) as bigint) as rows_set_aside
from unusable_in_period
group by column_name, reason
order by column_name, reason
