-- What fallbacks cost above the first choice, by the model that was left and the one that answered.
select
    from_provider, from_model, to_provider, to_model,
    sum(requests) as requests,
    cast(sum(cast(extra_usd as decimal(38, 12))) as double) as extra_usd,
    cast(sum(requests) - sum(compared_requests) as bigint) as uncompared_requests
from fallback_costs
where in_period
group by from_provider, from_model, to_provider, to_model
order by extra_usd desc nulls last, requests desc, from_provider, from_model, to_provider, to_model
