-- How requests ended that met a failed attempt: how many, how many were answered all the same, how long they took in all.
select
    part,
    count(*) as requests,
    sum(answered) as answered,
    sum(latency_ms) as latency_ms
from (
    select
        request_id,
        max(case when epoch_us >= $new_us then 2 when epoch_us >= $old_us and epoch_us < $old_until_us then 1 else 0 end) as part,
        max(case when outcome = 'ok' then 1 else 0 end) as answered,
        sum(cast(latency_ms as decimal(18, 3))) as latency_ms
    from tries
    where epoch_us >= $from_us and epoch_us < $until_us
        and request_id in (
            select request_id from tries
            where epoch_us >= $from_us and epoch_us < $until_us and outcome not in ('ok', 'skipped')
        )
    group by request_id
) requests_in_trouble
group by part
