-- What work with a tag of [savings] cost, by model and the tier that would have cost less later: NULL if the price table has none.
select
    provider, model, tier,
    cast(requests as bigint) as requests,
    cost_usd,
    cast(saving_usd as double) as saving_usd
from later_tiers
order by provider, model, tier
