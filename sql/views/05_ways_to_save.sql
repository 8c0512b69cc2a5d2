-- Every way to save on a model's spend, each for itself: they overlap.
from cheaper_models
union all by name
select
    'dearer fallback' as kind, to_provider as provider, to_model as model, from_provider as to_provider,
    from_model as to_model, sum(requests) as requests, sum(cost_usd) as cost_usd,
    sum(cast(extra_usd as decimal(38, 9))) as saving_usd
from fallback_costs
where in_period
group by all
union all by name
select
    'failed requests' as kind, provider, model, sum(failed_requests) as requests, sum(failed_cost_usd) as cost_usd,
    cast(sum(failed_cost_usd) as decimal(38, 9)) as saving_usd
from spend_by_day
where in_period
group by all
union all by name
from uncached_input
union all by name
from long_answers
union all by name
select tier as kind, provider, model, requests, cost_usd, saving_usd
from later_tiers
where tier is not null
