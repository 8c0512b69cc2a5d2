-- One row a count of business outcomes; what cannot be used of it is NULL, and counted by the view `values_set_aside`.
select
    case when date >= timestamp '2000-01-01' then cast(date as date) end as day,
    name,
    team,
    case when typed_quantity between 0 and 1000000000000 then cast(typed_quantity as decimal(28, 6)) end as quantity,
    case when date is null and not is_unreadable(unreadable_columns, 'date') then 1 else 0 end as missing_date,
    case when name is null and not is_unreadable(unreadable_columns, 'name') then 1 else 0 end as missing_name,
    case when typed_quantity is null and not is_unreadable(unreadable_columns, 'quantity') then 1 else 0 end as missing_quantity,
    case when date < timestamp '2000-01-01' then 1 else 0 end as bad_date,
    case when not typed_quantity between 0 and 1000000000000 then 1 else 0 end as bad_quantity,
    unreadable_columns
from (
    select
        date, nullif(trim(name), '') as name, nullif(trim(team), '') as team, unreadable_columns,
        try_cast(quantity as double) as typed_quantity
    from units
) typed
