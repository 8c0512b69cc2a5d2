-- What was used and what it cost, by day, target and price: each request is held against its price before anything is summed.
-- `price_id` is NULL if its cost is not what a known price comes to: another tool's amount, the provider's own, an old price.
with counted as (
    select
        slots.day_us, provider, model, requested_model, strategy, team, project, environment, service_tier, speed, inference_region,
        cost_source, price_source, cost_usd,
        case when $tag_keys::varchar[] is null then cast(tags as varchar) else kept_tags(tags, $tag_keys::varchar[]) end as tags,
        epoch_us - epoch_us % $step_us as step_us,
        input_tokens, output_tokens,
        coalesce(input_tokens, 0) as input, coalesce(output_tokens, 0) as output,
        coalesce(cache_read_input_tokens, 0) as reads, coalesce(cache_write_input_tokens, 0) as writes,
        coalesce(cache_write_1h_input_tokens, 0) as hour_writes, coalesce(reasoning_output_tokens, 0) as reasoning,
        case when json_type(other_units) = 'OBJECT' and cast(other_units as varchar) <> '{}' then other_units end as others
    from requests
    join slots on slots.slot_us = epoch_us - epoch_us % $slot_us
    where epoch_us >= $start_us and epoch_us < $until_us and cost_usd is not null
), held as (
    select
        counted.*,
        prices_at.price_id as priced_by,
        comes_to(
            list_transform(meters, lambda meter: meter_quantity(meter, input, output, reads, writes, hour_writes, reasoning, 1, others)),
            meters,
            cost_usd
        ) as is_split
    from counted
    left join prices_at on prices_at.provider = counted.provider and prices_at.model = counted.model
        and prices_at.step_us = counted.step_us
        and prices_at.requested_model is not distinct from counted.requested_model
        and prices_at.service_tier is not distinct from counted.service_tier
        and prices_at.speed is not distinct from counted.speed
        and prices_at.inference_region is not distinct from counted.inference_region
        and input > prices_at.above_tokens and input <= prices_at.upto_tokens
    left join meters on meters.price_id = prices_at.price_id
)
select
    day_us, provider, model, strategy, team, project, environment, service_tier, speed, inference_region,
    cost_source, price_source, tags,
    case when is_split then priced_by end as price_id,
    case when is_split then cast(others as varchar) end as others,
    count(*) as requests,
    sum(input) as input, sum(output) as output, sum(reads) as reads, sum(writes) as writes,
    sum(hour_writes) as hour_writes, sum(reasoning) as reasoning,
    sum(cost_usd) as cost_usd
from held
group by all
