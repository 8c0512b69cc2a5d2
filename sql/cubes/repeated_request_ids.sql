-- Rows that share their request_id with an earlier row of the same provider, by the slot of the first: counted as they are, but named in the confidence section.
select first_us - first_us % $slot_us as slot_us, sum(rows_of_id - 1) as repeated_rows
from (
    select request_id, provider, count(*) as rows_of_id, min(epoch_us) as first_us
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us and request_id in (select request_id from recurring_ids)
    group by request_id, provider
    having count(*) > 1
) repeated
group by first_us - first_us % $slot_us
