-- The histogram of time to first token with each bucket's value in milliseconds.
select
    ttft.strategy, ttft.provider, ttft.model, parts.in_period, parts.side, ttft.requests,
    2 * power(1.01 / 0.99, ttft.bucket + 1) / (1.01 / 0.99 + 1) as ttft_ms
from ttft
join parts using (part)
