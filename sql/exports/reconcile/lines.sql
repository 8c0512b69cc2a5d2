-- Lines of bills in US dollars: at the stated rate, as the bill itself states them, and without the customer's discounts.
-- `is_tracked`: of an account that is recorded, which all are if none is named. A currency without a rate has no amount in dollars.
select
    day, provider_key, model_key, token_class, coalesce(service_tier, '') as tier, account, currency, amount, quantity,
    $accounts::varchar[] is null or coalesce(list_contains($accounts::varchar[], account), false) as is_tracked,
    billed_usd,
    coalesce(amount_usd, billed_usd) as stated_usd,
    case
        when billed_usd is null or list_amount is null then coalesce(amount_usd, billed_usd)
        when amount = 0 then cast(list_amount * billed_usd_of_one as decimal(28, 12))
        else cast(list_amount * cast(coalesce(amount_usd, billed_usd) as double) / cast(amount as double) as decimal(28, 12))
    end as list_usd
from (
    select
        billed.*, provider_key, model_key,
        case
            when currency = 'USD' then amount
            when currency = $currency then cast(cast(amount as double) / $rate::double as decimal(28, 12))
            else amount_usd
        end as billed_usd,
        case when currency = 'USD' then 1.0 else 1 / $rate::double end as billed_usd_of_one
    from billed
    join same_names using (provider, model)
) converted
