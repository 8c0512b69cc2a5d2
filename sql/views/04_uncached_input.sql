-- What the cache would have saved if every team and project with a model had read as much of its input from it as the best of them with at least 100 requests, at what a cached token of that model saved.
with cached as (
    select
        *,
        cast(sum(savings_usd) over same_model as double) / nullif(sum(cached_tokens) over same_model, 0) as usd_per_token,
        max(case when requests >= 100 then cast(cached_tokens as double) / input_tokens end) over same_model as best_share
    from model_users
    where input_tokens > 0
    window same_model as (partition by provider, model)
)
select
    'caching' as kind, provider, model, sum(requests) as requests, sum(cost_usd) as cost_usd,
    sum(cast((best_share * input_tokens - cached_tokens) * usd_per_token as decimal(38, 9))) as saving_usd
from cached
where best_share * input_tokens > cached_tokens and usd_per_token > 0
group by all
