-- One row a day, target, unit price and tags: how much of a meter was used, and what that came to. The unit 'amount' is a cost of which no unit price is known, in US dollars.
with parted as (
    select
        metered.* exclude (price_id, others, input, output, reads, writes, hour_writes, reasoning, cost_usd),
        meter.unit as unit, meter.usd as usd, meter.list_usd as list_usd,
        meter_quantity(
            meter, cast(input as bigint), cast(output as bigint), cast(reads as bigint), cast(writes as bigint),
            cast(hour_writes as bigint), cast(reasoning as bigint), requests, cast(others as json)
        ) as quantity,
        cast(null as decimal(28, 6)) as tokens,
        prices.above_tokens
    from metered
    join meters using (price_id)
    join (select price_id, min(above_tokens) as above_tokens from prices_at group by price_id) as prices using (price_id)
    cross join unnest(meters.meters) as each_of(meter)
), summed as (
    select * exclude (requests, quantity, tokens), sum(requests) as requests, sum(quantity) as quantity
    from parted
    where quantity > 0
    group by all
)
select
    day_us, provider, model, strategy, team, project, environment, service_tier, speed, inference_region,
    cost_source, price_source, tags, unit, usd, list_usd, above_tokens,
    cast(requests as bigint) as requests,
    cast(quantity as decimal(28, 6)) as quantity,
    cast(quantity as decimal(28, 6)) as consumed,
    cast(cast(quantity as decimal(28, 6)) * usd as decimal(38, 18)) as cost_usd,
    cast(cast(quantity as decimal(28, 6)) * list_usd as decimal(38, 18)) as list_cost_usd
from summed
union all
select
    day_us, provider, model, strategy, team, project, environment, service_tier, speed, inference_region,
    cost_source, price_source, tags, 'amount', 1, 1, null,
    cast(sum(requests) as bigint),
    cast(null as decimal(28, 6)),
    cast(sum(input + output) as decimal(28, 6)),
    cast(sum(cost_usd) as decimal(38, 18)),
    cast(sum(cost_usd) as decimal(38, 18))
from metered
where price_id is null
group by all
