-- Spend, tokens and volume by slot of time, strategy, provider and model.
select
    slot_us,
    strategy,
    provider,
    model,
    count(*) as requests,
    sum(failed) as failed_requests,
    sum(input_tokens) as input_tokens,
    sum(output_tokens) as output_tokens,
    sum(cache_read_input_tokens) as cache_read_input_tokens,
    sum(cost_usd) as cost_usd,
    sum(case when failed = 1 then cost_usd end) as failed_cost_usd,
    sum(case when cost_usd is not null then cache_savings_usd end) as cache_savings_usd,
    sum(case when cost_usd is not null and cache_savings_usd is null
        and coalesce(cache_read_input_tokens, 0) + coalesce(cache_write_input_tokens, 0) > 0 then 1 else 0 end)
        as unknown_savings_requests,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end) as priced_tokens,
    sum(unpriced) as unpriced_requests,
    sum(case when unpriced = 1 then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end) as unpriced_tokens,
    sum(case when cost_usd = 0 and failed = 0 and coalesce(input_tokens, 0) + coalesce(output_tokens, 0) > 0 then 1 else 0 end)
        as free_requests,
    sum(case when cost_usd = 0 and failed = 0 then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else 0 end)
        as free_tokens
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        strategy, provider, model, failed, unpriced, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens,
        cost_usd, cache_savings_usd
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
) slotted
group by slot_us, strategy, provider, model
