-- No tag says what is not urgent: nothing is read for it.
select
    day_us, provider, model,
    cast(null as varchar) as service_tier, cast(null as varchar) as speed, cast(null as varchar) as inference_region,
    requests, cost_usd, input_tokens, output_tokens,
    cache_read_input_tokens, cache_read_input_tokens as cache_write_input_tokens
from cubes.history
where day_us is null
