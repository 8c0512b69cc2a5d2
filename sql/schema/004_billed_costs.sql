-- What providers invoiced, one row a day, model and line item.
create table if not exists billed_costs (
    date date,
    provider varchar,
    model varchar,
    line_item varchar,
    amount decimal(28, 12),
    currency varchar,
    source varchar
);
