-- Put in the lines of the bills.
insert into billed_costs by name select * from bills
