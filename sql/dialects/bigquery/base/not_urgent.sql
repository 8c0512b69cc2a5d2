-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Answered requests with a cost that carry a tag of work that is not urgent, by local day, target and how they were served.
-- Only those whose tokens are known, and that used nothing else that is charged for.
select
    day_us, provider, model, service_tier, speed, inference_region,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(coalesce(cache_read_input_tokens, 0)) as cache_read_input_tokens,
    sum(coalesce(cache_write_input_tokens, 0)) as cache_write_input_tokens
from (
    select
        slots.day_us, provider, model, service_tier, speed, inference_region, cost_usd, input_tokens, output_tokens,
        cache_read_input_tokens, cache_write_input_tokens,
        safe.parse_json(tags) as tags_by_key
    from requests
    join slots on slots.slot_us = epoch_us - mod(epoch_us, $slot_us)
    where epoch_us >= $from_us and epoch_us < $until_us
        and failed = 0 and cost_usd is not null and input_tokens is not null and output_tokens is not null
        and other_units is null and tags is not null
) as answered
cross join (select array_agg(struct(tag_key, tag_value)) as named from not_urgent_tags) as tagged
where exists(
    select 1 from unnest(named) as one where coalesce(json_value(answered.tags_by_key[one.tag_key]) = one.tag_value, false)
)
group by day_us, provider, model, service_tier, speed, inference_region
