-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too small for a double is 0, what is too large none.
(
    select case
        when digits !~ '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?$'
            or length(digits) > 300 then null
        when digits ~ '[eE]-[0-9_]{4,}$' then 0
        when digits ~ '[eE][+]?[0-9_]{4,}$' then null
        when abs(cast(ltrim(replace(digits, '_', ''), '+') as numeric)) >= 1e300 then null
        when abs(cast(ltrim(replace(digits, '_', ''), '+') as numeric)) < 1e-300 then 0
        else cast(ltrim(replace(digits, '_', ''), '+') as double precision)
    end
    from (select btrim(btrim(cast($value as text), $spaces), E' \t\n\v\f\r') as digits) as trimmed
)
