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
    from troubled_attempts
    group by request_id
    having max(case when outcome not in ('ok', 'skipped') then 1 else 0 end) = 1
) requests_in_trouble
group by last_us - last_us % $slot_us
