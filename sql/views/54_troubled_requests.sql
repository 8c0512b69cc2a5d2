-- Requests that met at least one failed attempt in the period: how many, and how many were answered all the same.
select
    cast(coalesce(sum(requests), 0) as bigint) as requests,
    cast(coalesce(sum(answered), 0) as bigint) as answered,
    sum(latency_ms) / nullif(sum(requests), 0) as mean_ms
from cubes.troubled_requests
join calendar using (slot_us)
where in_period
