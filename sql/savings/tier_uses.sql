-- What is to be priced in other tiers: the mean request that is not urgent of each target in the period, by how it was served.
select
    provider, model, service_tier, speed, inference_region,
    cast(round(sum(input_tokens) / sum(requests)) as bigint) as input_tokens,
    cast(round(sum(output_tokens) / sum(requests)) as bigint) as output_tokens,
    cast(round(sum(cache_read_input_tokens) / sum(requests)) as bigint) as cache_read_input_tokens,
    cast(round(sum(cache_write_input_tokens) / sum(requests)) as bigint) as cache_write_input_tokens
from cubes.not_urgent
where day_us >= (select start_us from period)
group by provider, model, service_tier, speed, inference_region
order by provider, model, service_tier, speed, inference_region
