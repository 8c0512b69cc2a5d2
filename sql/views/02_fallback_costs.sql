-- What fallbacks cost above the first choice: their cost less what the same tokens cost at the first model's mean rate in the period.
with rates as (
    select provider, model, cast(sum(cost_usd) as double) / nullif(sum(priced_tokens), 0) as usd_per_token
    from spend_by_day
    where in_period
    group by provider, model
)
select
    fallbacks.*,
    calendar.hour_us, calendar.in_period, calendar.side,
    case when rates.usd_per_token is null then 0 else fallbacks.priced_requests end as compared_requests,
    cast(fallbacks.cost_usd as double) - fallbacks.priced_tokens * rates.usd_per_token as extra_usd
from cubes.fallbacks
join calendar using (slot_us)
left join rates on rates.provider = fallbacks.from_provider and rates.model = fallbacks.from_model
