-- Rows and values that were set aside, by column and reason.
select column_name, reason, cast(sum(rows_set_aside) as bigint) as rows_set_aside
from cubes.unusable_values
group by column_name, reason
order by column_name, reason
