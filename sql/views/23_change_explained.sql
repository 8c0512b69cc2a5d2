-- Why spend changed between the two stretches that are compared, step by step from old to new; the steps add up exactly.
-- Volume: more requests at the old mean cost. Model mix: the new shares of models at each model's old cost a request
-- (a model that is new counts at its new cost), without what failovers moved. Failover: the change in what fallbacks
-- cost above the first choice. Tokens: each model's new tokens a request at its old price a token. Cache: the change in
-- the share that each model's cache took off, at its old price without a cache; left out, and part of the price, where
-- cached tokens are not recorded on both sides or nobody recorded what some of them saved. Price: the rest, each model's new price a token,
-- the balance of input and output included. Priced requests only.
with sides as (
    select
        provider, model,
        sum_if(priced_requests, side = 'old') as old_requests,
        sum_if(priced_requests, side = 'new') as new_requests,
        sum_if(priced_tokens, side = 'old') as old_tokens,
        sum_if(priced_tokens, side = 'new') as new_tokens,
        sum_if(cost_usd, side = 'old') as old_usd,
        sum_if(cost_usd, side = 'new') as new_usd,
        sum_if(cache_savings_usd, side = 'old') as old_saved_usd,
        sum_if(cache_savings_usd, side = 'new') as new_saved_usd,
        sum(unknown_savings_requests) as unknown_savings_requests,
        sum(cache_read_input_tokens) filter (side = 'old') as old_cached_tokens,
        sum(cache_read_input_tokens) filter (side = 'new') as new_cached_tokens
    from spend_by_day
    where side is not null
    group by provider, model
), whole as (
    select
        sum(old_requests) as old_requests, sum(new_requests) as new_requests,
        sum(old_usd) as old_usd, sum(new_usd) as new_usd,
        sum(unknown_savings_requests) = 0 and sum(old_cached_tokens) is not null and sum(new_cached_tokens) is not null
            as savings_are_known
    from sides
), models as (
    select
        sides.*,
        case when sides.old_requests > 0 then cast(sides.old_usd as double) / sides.old_requests
            else cast(sides.new_usd as double) / nullif(sides.new_requests, 0) end as usd_per_request,
        sides.new_requests - whole.new_requests * (sides.old_requests / nullif(whole.old_requests, 0)) as moved_requests
    from sides, whole
), failed as (
    select
        sum_if(cast(extra_usd as decimal(38, 12)), side = 'new')
        - sum_if(cast(extra_usd as decimal(38, 12)), side = 'old') as usd
    from fallback_costs
    where side is not null
), steps as (
    select
        any_value(whole.old_usd) as old_usd,
        any_value(whole.new_usd) as new_usd,
        cast(any_value((whole.new_requests - whole.old_requests) * cast(whole.old_usd as double) / whole.old_requests)
            as decimal(38, 12)) as volume_usd,
        sum(cast(moved_requests * usd_per_request as decimal(38, 12))) - any_value(failed.usd)
            as mix_usd,
        any_value(failed.usd) as failover_usd,
        sum(cast(case when models.old_tokens > 0 and models.new_requests > 0
            then cast(models.old_usd as double) / models.old_tokens
                * (models.new_tokens - models.new_requests * (models.old_tokens / models.old_requests))
            else 0 end as decimal(38, 12))) as tokens_usd,
        sum(cast(case when savings_are_known and models.old_tokens > 0 and models.new_tokens > 0
            then models.new_tokens * (cast(models.old_usd + old_saved_usd as double) / models.old_tokens)
                * (coalesce(cast(old_saved_usd as double) / nullif(models.old_usd + old_saved_usd, 0), 0)
                    - coalesce(cast(new_saved_usd as double) / nullif(models.new_usd + new_saved_usd, 0), 0))
            else 0 end as decimal(38, 12))) as cache_usd,
        any_value(savings_are_known) as savings_are_known
    from models, whole, failed
    where whole.old_requests > 0
), bars as (
    select unnest([
        {step: 1, name: 'spend before', amount_usd: old_usd},
        {step: 2, name: 'number of requests', amount_usd: volume_usd},
        {step: 3, name: 'choice of models', amount_usd: mix_usd},
        {step: 4, name: 'failovers', amount_usd: failover_usd},
        {step: 5, name: 'tokens a request', amount_usd: tokens_usd},
        {step: 6, name: 'caching', amount_usd: cache_usd},
        {step: 7, name: 'price a token',
            amount_usd: new_usd - old_usd - volume_usd - mix_usd - failover_usd - tokens_usd - cache_usd},
        {step: 8, name: 'spend now', amount_usd: new_usd}
    ], recursive := true), savings_are_known
    from steps
    where old_usd is not null
)
select
    step,
    name as cause,
    cast(amount_usd as decimal(38, 12)) as amount_usd,
    cast(case when step in (1, 8) then 0 else sum(amount_usd) over (order by step) - amount_usd end as decimal(38, 12)) as from_usd
from bars
where step <> 6 or savings_are_known
order by step
