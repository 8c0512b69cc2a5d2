-- The latency histogram with each bucket's value in milliseconds: 2 g^(b+1) / (g+1), at most 1 % from every value in it (DDSketch).
select
    latency.strategy, latency.provider, latency.model, parts.in_period, parts.side, latency.requests,
    2 * power(1.01 / 0.99, latency.bucket + 1) / (1.01 / 0.99 + 1) as latency_ms
from latency
join parts using (part)
