-- Requests whose id stands in several rows, of ids that stand in rows from a moment on: what tells whether one repeats another.
select epoch_us, request_id, provider, output_tokens, failed
from requests
where epoch_us < $until_us and request_id in (
    select request_id
    from requests
    where epoch_us < $until_us and request_id in (
        select request_id
        from requests
        where epoch_us >= $new_from_us and epoch_us < $until_us
    )
    group by request_id
    having count(*) > 1
)
