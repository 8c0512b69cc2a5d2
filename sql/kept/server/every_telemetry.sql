-- Requests whose id stands in several rows, of all ids: for so many new rows that their ids had better not be held in memory.
select epoch_us, request_id, provider, output_tokens, failed
from requests
where epoch_us < $until_us and request_id in (
    select request_id
    from requests
    where epoch_us < $until_us and request_id is not null
    group by request_id
    having count(*) > 1
)
