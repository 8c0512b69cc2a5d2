-- Answered requests with a cost that carry a tag of work that is not urgent, by local day, target and how they were served.
-- Only those whose tokens are known, and that used nothing else that is charged for.
select
    slots.day_us as day_us, requests.provider as provider, requests.model as model, requests.service_tier as service_tier,
    requests.speed as speed, requests.inference_region as inference_region,
    count() as requests,
    sum(requests.cost_usd) as cost_usd,
    sum(requests.input_tokens) as input_tokens,
    sum(requests.output_tokens) as output_tokens,
    sum(ifNull(requests.cache_read_input_tokens, 0)) as cache_read_input_tokens,
    sum(ifNull(requests.cache_write_input_tokens, 0)) as cache_write_input_tokens
from requests
join slots on slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
cross join (select groupArray((tag_key, tag_value)) as named from not_urgent_tags) as tagged
where requests.epoch_us >= $from_us and requests.epoch_us < $until_us
    and requests.failed = 0 and requests.cost_usd is not null and requests.input_tokens is not null
    and requests.output_tokens is not null and requests.other_units is null
    and arrayExists(
        one -> ifNull(if(JSONType(requests.tags, one.1) = 'String',
            JSONExtractString(requests.tags, one.1),
            nullIf(nullIf(JSONExtractRaw(requests.tags, one.1), 'null'), '')
        ) = one.2, false),
        tagged.named
    )
group by day_us, provider, model, service_tier, speed, inference_region
