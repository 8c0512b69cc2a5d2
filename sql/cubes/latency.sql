-- How many requests of a stretch of days fell into each bucket of end-to-end latency: a log-bucket histogram with under 1 % relative error (DDSketch).
select stretch_us, strategy, provider, model, bucket, count(*) as requests
from (
    select
        slots.stretch_us, strategy, provider, model,
        cast(floor(ln(case when latency_ms < 0.001 then 0.001 else latency_ms end) / ln($bucket_ratio)) as integer) as bucket
    from requests
    join slots on slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
    where epoch_us >= $from_us and epoch_us < $until_us and latency_ms is not null
) measured
group by stretch_us, strategy, provider, model, bucket
