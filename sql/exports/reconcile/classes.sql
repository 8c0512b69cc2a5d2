-- Billed and estimated by UTC day, target and kind of tokens, for providers that are billed on that day.
with billed_classes as (
    select
        day, provider_key, model_key, token_class,
        sum(billed_usd) as billed_usd,
        sum(list_usd) filter (is_tracked) as list_usd,
        case when count(quantity) = count(*) then sum(quantity) filter (is_tracked) end as quantity
    from lines
    where billed_usd is not null
    group by all
), estimated_classes as (
    select day, provider_key, model_key, token_class, sum(quantity) as quantity, sum(cost_usd) as cost_usd
    from estimated
    group by all
), unpriced_classes as (
    select day, provider_key, model_key, token_class, sum(tokens) as tokens
    from unpriced_cells
    join same_names using (provider, model)
    group by all
)
select
    day, provider_key, model_key, token_class,
    coalesce(billed_usd, 0) as billed_usd,
    coalesce(cost_usd, 0) as estimated_usd,
    coalesce(list_usd, 0) as list_usd,
    billed_classes.quantity as billed_quantity,
    coalesce(estimated_classes.quantity, 0) as estimated_quantity,
    coalesce(tokens, 0) as unpriced_tokens,
    billed_usd is not null as is_billed,
    cost_usd is not null or tokens is not null as is_recorded,
    cast(cost_usd as double) / nullif(cast(estimated_classes.quantity as double), 0) as estimated_price,
    cast(list_usd as double) / nullif(cast(coalesce(
        billed_classes.quantity,
        -- a bill without counts: as many as it comes to at the price of the estimate
        cast(list_usd as double) * nullif(cast(estimated_classes.quantity as double), 0) / nullif(cast(cost_usd as double), 0)
    ) as double), 0) as billed_price
from billed_classes
full join estimated_classes using (day, provider_key, model_key, token_class)
full join unpriced_classes using (day, provider_key, model_key, token_class)
semi join (select distinct day, provider_key from lines where billed_usd is not null) using (day, provider_key)
