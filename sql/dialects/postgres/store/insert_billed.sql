-- Put in the lines of the bills.
insert into billed_costs (
    date, provider, model, line_item, amount, currency, source, token_class, quantity, list_amount, amount_usd,
    service_tier, account
)
select
    date, provider, model, line_item, amount, currency, source, token_class, quantity, list_amount, amount_usd,
    service_tier, account
from bills
