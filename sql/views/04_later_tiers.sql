-- What requests that are not urgent cost in the period, and what a tier that answers later would have saved; without a tier the price table has none.
select
    tier, not_urgent.provider, not_urgent.model,
    sum(requests) as requests,
    sum(cost_usd) as cost_usd,
    sum(cast(cost_usd * (1 - cost_ratio) as decimal(38, 9))) as saving_usd
from cubes.not_urgent
left join tier_rates
    on tier_rates.provider = not_urgent.provider and tier_rates.model = not_urgent.model
    and tier_rates.service_tier is not distinct from not_urgent.service_tier
    and tier_rates.speed is not distinct from not_urgent.speed
    and tier_rates.inference_region is not distinct from not_urgent.inference_region
where day_us >= (select start_us from period)
group by tier, not_urgent.provider, not_urgent.model
