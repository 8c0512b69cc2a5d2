-- What could not be compared: days of a provider without a bill or without any request, and currencies without a rate.
select
    gap, provider_key as provider, cast(count(distinct day) as bigint) as days, currency, cast(sum(amount) as decimal(38, 12)) as amount,
    min(day) as first_day, max(day) as last_day
from (
    select 'no bill' as gap, day, provider_key, 'USD' as currency, cost_usd as amount
    from estimated
    anti join lines using (day, provider_key)
    union all
    select 'nothing recorded', day, provider_key, 'USD', billed_usd
    from lines
    anti join estimated using (day, provider_key)
    where billed_usd is not null
    union all
    select 'no rate', day, provider_key, currency, amount
    from lines
    where billed_usd is null
) found
group by all
order by gap, provider, currency
