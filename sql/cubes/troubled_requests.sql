-- How requests ended that met a failed attempt, by the slot of their last attempt: how many, how many were answered all the same, how long they took in all.
select
    last_us - last_us % $slot_us as slot_us,
    count(*) as requests,
    sum(answered) as answered,
    sum(latency_ms) as latency_ms
from (
    select
        request_id,
        max(epoch_us) as last_us,
        max(case when outcome = 'ok' then 1 else 0 end) as answered,
        sum(cast(latency_ms as decimal(18, 3))) as latency_ms
    from attempts_clean
    where epoch_us >= $from_us and epoch_us < $until_us
        and request_id in (
            select request_id from attempts_clean
            where epoch_us >= $from_us and epoch_us < $until_us and outcome not in ('ok', 'skipped')
        )
    group by request_id
) requests_in_trouble
group by last_us - last_us % $slot_us
