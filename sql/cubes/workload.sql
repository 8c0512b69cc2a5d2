-- Like with like: answered requests by model group and size (powers of two of input and output tokens), for comparing strategies and models on the same work.
select
    part, requested_model, input_size, output_size, strategy, provider, model,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(case when cost_usd is not null then 1 else 0 end) as priced_requests,
    sum(cast(micro_usd * micro_usd as decimal(38, 6))) as micro_usd_squares,
    sum(cast(latency_ms as decimal(18, 3))) as latency_ms,
    sum(case when latency_ms is not null then 1 else 0 end) as timed_requests,
    sum(cast(bounded_ms * bounded_ms as decimal(38, 6))) as ms_squares
from (
    select
        case when epoch_us >= $new_us then 2 when epoch_us >= $old_us and epoch_us < $old_until_us then 1 else 0 end as part,
        coalesce(requested_model, 'not recorded') as requested_model,
        cast(floor(ln(input_tokens + 1) / ln(2)) as integer) as input_size,
        cast(floor(ln(output_tokens + 1) / ln(2)) as integer) as output_size,
        strategy, provider, model, cost_usd, latency_ms,
        case when cost_usd < 1000000 then cast(cost_usd as double precision) * 1000000 end as micro_usd,
        case when latency_ms < 1e12 then latency_ms end as bounded_ms
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
        and failed = 0 and input_tokens is not null and output_tokens is not null
) sized
group by part, requested_model, input_size, output_size, strategy, provider, model
