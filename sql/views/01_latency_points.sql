-- The latency histogram with each bucket's value in milliseconds.
select
    latency.strategy, latency.provider, latency.model, calendar.in_period, calendar.side, latency.requests,
    bucket_ms(latency.bucket, period.bucket_ratio) as latency_ms
from cubes.latency
join calendar on calendar.slot_us = latency.day_us
cross join period
