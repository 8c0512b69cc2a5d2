-- The histogram of time to first token with each bucket's value in milliseconds.
select
    ttft.strategy, ttft.provider, ttft.model, calendar.in_period, calendar.side, ttft.requests,
    bucket_ms(ttft.bucket, period.bucket_ratio) as ttft_ms
from cubes.ttft
join calendar on calendar.slot_us = ttft.day_us
cross join period
