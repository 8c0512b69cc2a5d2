-- Attempts by slot of time, target, outcome and error, with the time and money they took; unpriced are those that used something at a cost that nobody knows.
select
    slot_us, provider, model, outcome, error_type,
    count(*) as attempts,
    sum(cast(latency_ms as decimal(18, 3))) as latency_ms,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_attempts,
    sum(tokens) as tokens,
    sum(case when cost_usd is null and usage_source is not null then 1 else 0 end) as unpriced_attempts
from (
    select epoch_us - epoch_us % $slot_us as slot_us, provider, model, outcome, error_type, latency_ms, cost_usd, tokens, usage_source
    from attempts_clean
    where epoch_us >= $from_us and epoch_us < $until_us
) slotted
group by slot_us, provider, model, outcome, error_type
