-- The latency histogram of the period and of each side of the comparison, with each bucket's value in milliseconds.
-- Its days are added up here, once: of a year that is a fraction of the rows, for all who ask for quantiles.
select strategy, provider, model, in_period, side, requests, bucket_ms(bucket, bucket_ratio) as latency_ms
from (
    select
        latency.strategy, latency.provider, latency.model, calendar.in_period, calendar.side, latency.bucket,
        cast(sum(latency.requests) as bigint) as requests
    from coarse.latency
    join calendar on calendar.slot_us = latency.day_us
    group by latency.strategy, latency.provider, latency.model, calendar.in_period, calendar.side, latency.bucket
) summed
cross join period
