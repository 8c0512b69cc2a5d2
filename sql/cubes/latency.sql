-- How many requests fell into each bucket of end-to-end latency: a log-bucket histogram with under 1 % relative error (DDSketch).
select part, strategy, provider, model, bucket, count(*) as requests
from (
    select
        case when epoch_us >= $new_us then 2 when epoch_us >= $old_us and epoch_us < $old_until_us then 1 else 0 end as part,
        strategy,
        provider,
        model,
        cast(floor(ln(case when latency_ms < 0.001 then 0.001 else latency_ms end) / ln(1.01 / 0.99)) as integer) as bucket
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us and latency_ms is not null
) measured
group by part, strategy, provider, model, bucket
