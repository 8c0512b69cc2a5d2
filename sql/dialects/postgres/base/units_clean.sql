-- One row a count of business outcomes; what cannot be used of it is NULL, and counted by `values_set_aside`.
select
    case when date >= 946684800000000 then date '1970-01-01' + cast(date / 86400000000 as integer) end as day,
    name,
    team,
    case
        when quantity_micro < 9007199254740992 then cast(quantity_micro as bigint) * 0.000001
        else (
            cast(trunc(quantity_micro / 9007199254740992) as bigint) * 9007199254740992.0
            + cast(quantity_micro - trunc(quantity_micro / 9007199254740992) * 9007199254740992 as bigint)
        ) * 0.000001
    end as quantity,
    case when date is null and not coalesce('date:not a usable time' = any(unreadable_columns), false) then 1 else 0 end
        as missing_date,
    case when name is null and not coalesce('name:not text' = any(unreadable_columns), false) then 1 else 0 end as missing_name,
    case when quantity is null and not coalesce('quantity:negative or not a number' = any(unreadable_columns), false)
        then 1 else 0 end as missing_quantity,
    case when date < 946684800000000 then 1 else 0 end as bad_date,
    case when not quantity between 0 and 1000000000000 then 1 else 0 end as bad_quantity,
    unreadable_columns
from (
    select
        scaled.*,
        trunc(quantity_scaled) + case when quantity_scaled - trunc(quantity_scaled) >= 0.5 then 1 else 0 end as quantity_micro
    from (
        select
            date, nullif(btrim(name, $spaces), '') as name, nullif(btrim(team, $spaces), '') as team, quantity, unreadable_columns,
            case when quantity between 0 and 1000000000000 then quantity end * 1000000 as quantity_scaled
        from units
    ) scaled
) exact
