-- Requests with a failed or skipped attempt that another model answered than the one first chosen: what they cost, by both.
select
    slot_us, from_provider, from_model, to_provider, to_model,
    count(*) as requests,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then tokens else 0 end) as priced_tokens,
    sum(cost_usd) as cost_usd
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        first_value(provider) over (partition by request_id order by attempt, epoch_us, provider, model) as from_provider,
        first_value(model) over (partition by request_id order by attempt, epoch_us, provider, model) as from_model,
        provider as to_provider,
        model as to_model,
        outcome, tokens, cost_usd
    from troubled_attempts
) moves
where outcome = 'ok' and (to_provider <> from_provider or to_model <> from_model)
group by slot_us, from_provider, from_model, to_provider, to_model
