-- Equal requests between two moments, as far as a price can depend on it, with their number and what is on record of their cost.
-- They are told apart by the quarter of an hour, within which no list changes a price.
select
    provider, model, requested_model, service_tier, speed, inference_region, usage_source, cost_source, price_source,
    input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, cache_write_1h_input_tokens,
    reasoning_output_tokens, cast(other_units as varchar) as other_units_as_text, failed,
    epoch_us - epoch_us % 900000000 as slot_us,
    count(*) as requests,
    count(cost_usd) as priced_requests,
    sum(cost_usd) as cost_usd
from requests
where epoch_us >= $from_us and epoch_us < $until_us
group by
    provider, model, requested_model, service_tier, speed, inference_region, usage_source, cost_source, price_source,
    input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, cache_write_1h_input_tokens,
    reasoning_output_tokens, cast(other_units as varchar), failed, epoch_us - epoch_us % 900000000

