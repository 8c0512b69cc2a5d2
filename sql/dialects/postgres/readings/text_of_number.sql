-- A number as DuckDB writes it: floating point keeps its point, up to 16 digits before it.
case
    when pg_typeof($value) not in ('real' :: regtype, 'double precision' :: regtype) then cast($value as text)
    when cast($value as text) ~ 'Inf|NaN' then replace(lower(cast($value as text)), 'infinity', 'inf')
    when cast($value as text) ~ '^-?[0-9]+$' then cast($value as text) || '.0'
    when cast($value as text) ~ 'e[+](0[0-9]|1[0-5])$' then
        cast(cast(cast($value as text) as numeric) as text)
        || case when cast(cast(cast($value as text) as numeric) as text) ~ '[.]' then '' else '.0' end
    else cast($value as text)
end collate "C"
