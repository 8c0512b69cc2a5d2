-- What thirteen months cost by local day, team, project, environment and target; NULL stays NULL: nobody claimed it.
select
    day_us, team, project, environment, provider, model,
    count(*) as requests,
    sum(failed) as failed_requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens,
    sum(case when cost_usd is not null then cache_savings_usd end) as cache_savings_usd
from (
    select
        history_slots.day_us,
        team, project, environment, provider, model, failed, cost_usd, unpriced, input_tokens, output_tokens,
        cache_read_input_tokens, cache_savings_usd
    from requests
    join history_slots on history_slots.slot_us = requests.epoch_us - requests.epoch_us % $history_slot_us
    where epoch_us >= $history_from_us and epoch_us < $history_until_us
) dated
group by day_us, team, project, environment, provider, model
