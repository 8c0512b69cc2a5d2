-- One row a line of a bill; a day or an amount that cannot be used is NULL.
select
    case when date >= timestamp '2000-01-01' then cast(date as date) end as day,
    coalesce(nullif(trim(short_name(provider)), ''), 'not recorded') as provider,
    coalesce(nullif(trim(short_name(model)), ''), 'not recorded') as model,
    short_name(line_item) as line_item,
    try_cast(amount as decimal(28, 12)) as amount,
    upper(coalesce(nullif(trim(currency), ''), 'USD')) as currency,
    nullif(trim(source), '') as source,
    coalesce(nullif(trim(token_class), ''), 'other') as token_class,
    try_cast(quantity as decimal(28, 6)) as quantity,
    try_cast(list_amount as decimal(28, 12)) as list_amount,
    try_cast(amount_usd as decimal(28, 12)) as amount_usd,
    nullif(trim(service_tier), '') as service_tier,
    nullif(trim(short_name(account)), '') as account,
    unreadable_columns
from billed_costs
