-- How many rows and values could not be used, by column and reason, whatever the period: they are counted here and in no sum.
-- By slot; rows without a usable time have none.
select
    slot_us, column_name, reason,
    count(*) as rows_set_aside
from (
    select epoch_us - epoch_us % $slot_us as slot_us, column_name, reason
    from values_set_aside
    union all
    select epoch_us - epoch_us % $slot_us as slot_us, 'timestamp' as column_name, 'in the future' as reason
    from requests
    where epoch_us >= $now_us
) slotted
group by slot_us, column_name, reason
