-- What thirteen months cost by slot of time, divided in two ways: by provider and model, and by team; NULL is a team that is not recorded.
-- Each way divides the whole: choose one by `divided_by`, which is 'model' or 'team'.
select
    slot_us,
    case when grouping(team) = 0 then 'team' else 'model' end as divided_by,
    provider, model, team,
    count(*) as requests,
    sum(failed) as failed_requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens
from (
    select
        epoch_us - epoch_us % $history_slot_us as slot_us,
        provider, model, team, failed, cost_usd, unpriced, input_tokens, output_tokens, cache_read_input_tokens
    from requests
    where epoch_us >= $history_from_us and epoch_us < $history_until_us
) slotted
group by grouping sets ((slot_us, provider, model), (slot_us, team))
