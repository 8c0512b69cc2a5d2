-- Rows that share their request_id with an earlier row of the same provider, by their slot and by that of the row before: counted as they are, but named in the confidence section.
select slot_us, earlier_slot_us, count(*) as repeated_rows
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        lag(epoch_us - epoch_us % $slot_us) over (partition by request_id, provider order by epoch_us) as earlier_slot_us
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us and request_id in (select request_id from recurring_ids)
) followed
where earlier_slot_us is not null
group by slot_us, earlier_slot_us
