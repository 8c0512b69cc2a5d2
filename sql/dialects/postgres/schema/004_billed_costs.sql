-- What providers invoiced, one row a day, model and line item.
create table if not exists billed_costs (
    date date,
    provider text,
    model text,
    line_item text,
    amount numeric(28, 12),
    currency text,
    source text
);
