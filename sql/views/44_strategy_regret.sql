-- What was left on the table: each strategy against the cheapest and the fastest model seen doing work of the same group and size, in cells where one model served at least 20 requests.
-- The best choice would have done the same tokens at that model's mean cost a token, and the same output tokens in its
-- mean time an output token. The intervals are half of the 95 % confidence interval of what it would have come to.
with fastest as (
    from work_rates
    where kind = 'model' and requests >= 20 and ms_rate is not null
    qualify row_number() over (
        partition by requested_model, input_size, output_size order by ms_rate, provider, model
    ) = 1
)
select
    actual.strategy,
    sum(actual.requests) as requests,
    count(*) as cells,
    sum(actual.cost_usd) filter (cheapest.micro_usd_rate is not null) as cost_usd,
    cast(sum(cast(greatest(actual.cost_usd - actual.priced_length * cheapest.micro_usd_rate / 1000000, 0)
        as decimal(38, 9))) filter (actual.cost_usd is not null and cheapest.micro_usd_rate is not null) as double) as regret_usd,
    1.96 * sqrt(sum(try_cast(pow(actual.priced_length, 2) * cheapest.micro_usd_doubt as decimal(38, 6)))) / 1000000
        as interval_usd,
    sum(cast(greatest(actual.latency_ms - actual.timed_length * fastest.ms_rate, 0) as decimal(38, 9)))
        filter (actual.latency_ms is not null and fastest.ms_rate is not null)
        / nullif(sum(actual.timed_requests) filter (fastest.ms_rate is not null), 0) as regret_ms,
    1.96 * sqrt(sum(try_cast(pow(actual.timed_length, 2) * fastest.ms_doubt as decimal(38, 6))))
        / nullif(sum(actual.timed_requests) filter (fastest.ms_rate is not null), 0) as interval_ms
from (from work_rates where kind = 'strategy') as actual
left join cheapest_models as cheapest using (requested_model, input_size, output_size)
left join fastest using (requested_model, input_size, output_size)
where cheapest.requests is not null or fastest.requests is not null
group by actual.strategy
order by actual.strategy
