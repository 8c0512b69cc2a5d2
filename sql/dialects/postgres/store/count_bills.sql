-- How many lines of the bills there are, how many of them are in the table as they are, and how many stand there for the same days.
select
    (select count(*) from bills) as lines,
    (select count(*) from (
        select
            date, provider, model, line_item, amount, currency, source, token_class, quantity, list_amount, amount_usd,
            service_tier, account
        from bills
        intersect all
        select
            date, provider, model, line_item, amount, currency, source, token_class, quantity, list_amount, amount_usd,
            service_tier, account
        from billed_costs
    ) as same) as known,
    (select count(*) from billed_costs as old where exists (
        select 1 from bills
        where old.source = bills.source and old.provider = bills.provider and old.date = bills.date
            and old.account is not distinct from bills.account
    )) as before
