-- The latency histogram of the period and of each side of the comparison, with each bucket's value in milliseconds.
select strategy, provider, model, in_period, side, requests, bucket_ms(bucket, bucket_ratio) as latency_ms
from (
    select
        latency.strategy, latency.provider, latency.model, calendar.in_period, calendar.side, latency.bucket,
        cast(sum(latency.requests) as bigint) as requests
    from cubes.latency
    join calendar on calendar.slot_us = latency.stretch_us
    group by latency.strategy, latency.provider, latency.model, calendar.in_period, calendar.side, latency.bucket
) summed
cross join period
