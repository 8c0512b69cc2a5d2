-- Rows that share their request_id with an earlier row of the same provider: counted as they are, but named in the confidence section.
select coalesce(sum(rows_of_id - 1), 0) as repeated_rows
from (
    select request_id, provider, count(*) as rows_of_id
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us and request_id is not null
    group by request_id, provider
    having count(*) > 1
) repeated
