-- Take out the days of an account that a bill has anew: a bill is restated by whole days.
delete from billed_costs as old
where exists (
    select 1 from bills
    where old.source = bills.source and old.provider = bills.provider and old.date = bills.date
        and old.account is not distinct from bills.account
)
