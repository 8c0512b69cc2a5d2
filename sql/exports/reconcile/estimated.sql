-- What was estimated by UTC day, target, kind of tokens and tier; 'whole' is a cost that is not parted into kinds.
select
    cast(make_timestamp(day_us) as date) as day, provider_key, model_key,
    case
        when unit = 'amount' then 'whole'
        when unit like 'cache%write%' then 'cache_write'
        when unit like 'cache%' then 'cache_read'
        when unit like 'output%tokens' then 'output'
        when unit like 'input%tokens' then 'input'
        else 'other'
    end as token_class,
    coalesce(service_tier, '') as tier,
    sum(coalesce(quantity, 0)) as quantity,
    cast(sum(cost_usd) as decimal(38, 18)) as cost_usd
from meter_rows
join same_names using (provider, model)
group by all
