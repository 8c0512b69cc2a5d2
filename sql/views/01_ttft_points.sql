-- The histogram of time to first token of the period and of each side of the comparison, with each bucket's value in milliseconds.
select strategy, provider, model, in_period, side, requests, bucket_ms(bucket, bucket_ratio) as ttft_ms
from (
    select
        ttft.strategy, ttft.provider, ttft.model, calendar.in_period, calendar.side, ttft.bucket,
        cast(sum(ttft.requests) as bigint) as requests
    from cubes.ttft
    join calendar on calendar.slot_us = ttft.stretch_us
    group by ttft.strategy, ttft.provider, ttft.model, calendar.in_period, calendar.side, ttft.bucket
) summed
cross join period
