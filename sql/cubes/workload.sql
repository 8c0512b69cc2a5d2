-- Like with like: answered requests of a stretch of days by model group and size (powers of two of input and output tokens), for comparing strategies and models on the same work.
-- A length is one more than the tokens, so that a request without any has one; squares and products serve the intervals.
select
    stretch_us, requested_model, input_size, output_size, strategy, provider, model,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(case when cost_usd is not null then cast(length as bigint) else 0 end) as priced_length,
    sum(cast(micro_usd * micro_usd as decimal(38, 6))) as micro_usd_squares,
    sum(cast(micro_usd * length as decimal(38, 6))) as micro_usd_lengths,
    sum(cast(case when micro_usd is not null then length * length end as decimal(38, 6))) as length_squares,
    sum(cast(latency_ms as decimal(18, 3))) as latency_ms,
    sum(case when latency_ms is not null then 1 else 0 end) as timed_requests,
    sum(case when latency_ms is not null then cast(answer_length as bigint) else 0 end) as timed_length,
    sum(cast(latency_ms * latency_ms as decimal(38, 6))) as ms_squares,
    sum(cast(latency_ms * answer_length as decimal(38, 6))) as ms_lengths,
    sum(cast(case when latency_ms is not null then answer_length * answer_length end as decimal(38, 6)))
        as answer_length_squares
from (
    select
        slots.stretch_us,
        coalesce(requested_model, 'not recorded') as requested_model,
        cast(floor(ln(input_tokens + 1) / ln(2)) as integer) as input_size,
        cast(floor(ln(output_tokens + 1) / ln(2)) as integer) as output_size,
        strategy, provider, model, cost_usd, latency_ms,
        cast(input_tokens + output_tokens + 1 as double precision) as length,
        cast(output_tokens + 1 as double precision) as answer_length,
        case when cost_usd < 1000000 then cast(cost_usd as double precision) * 1000000 end as micro_usd
    from requests
    join slots on slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
    where epoch_us >= $from_us and epoch_us < $until_us
        and failed = 0 and input_tokens is not null and output_tokens is not null
) sized
group by stretch_us, requested_model, input_size, output_size, strategy, provider, model
