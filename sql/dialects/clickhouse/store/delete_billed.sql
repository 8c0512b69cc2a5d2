-- Take out the days of an account that a bill has anew: a bill is restated by whole days.
delete from billed_costs
where (source, provider, date, ifNull(account, '\0')) in (
    select source, provider, date, ifNull(account, '\0') from finops_staged_billed_costs
    where source is not null and provider is not null and date is not null
)
