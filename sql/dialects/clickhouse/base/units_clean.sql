-- One row a count of business outcomes; what cannot be used of it is NULL, and counted by `values_set_aside`.
with
    name -> nullIf(replaceRegexpAll(name, '^\\p{Zs}+|\\p{Zs}+$', ''), '') as trimmed,
    scaled -> trunc(scaled) + if(scaled - trunc(scaled) >= 0.5, 1, 0) as rounded,
    finite -> toInt128(toInt64(trunc(finite / 9007199254740992))) * 9007199254740992
        + toInt64(finite - trunc(finite / 9007199254740992) * 9007199254740992) as whole_number,
    micros -> toDecimal128(if(isFinite(micros), whole_number(if(isFinite(micros), micros, 0)), null), 0) * toDecimal128('0.000001', 6) as exact
select
    if(counts.date >= 946684800000000, toDate32(intDiv(counts.date, 86400000000)), null) as day,
    trimmed(counts.name) as name,
    trimmed(counts.team) as team,
    exact(rounded(if(counts.quantity between 0 and 1000000000000, counts.quantity, null) * 1e6)) as quantity,
    if(counts.date is null and not has(counts.unreadable_columns, 'date:not a usable time'), 1, 0) as missing_date,
    if(trimmed(counts.name) is null and not has(counts.unreadable_columns, 'name:not text'), 1, 0) as missing_name,
    if(counts.quantity is null and not has(counts.unreadable_columns, 'quantity:negative or not a number'), 1, 0) as missing_quantity,
    if(counts.date < 946684800000000, 1, 0) as bad_date,
    if(not counts.quantity between 0 and 1000000000000, 1, 0) as bad_quantity,
    counts.unreadable_columns as unreadable_columns
from units as counts
