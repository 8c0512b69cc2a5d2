-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too small for a double is 0, what is too large none.
case
    when length($value) > 300
        or btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' ')
            !~ '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?$' then null
    when ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+') ~ '[eE]-[0-9]{4,}$' then 0
    when ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+') ~ '[eE][+]?[0-9]{4,}$' then null
    when cast(regexp_substr(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+'), '^-?[0-9.]+') as double precision) = 0 then 0
    when log(abs(cast(regexp_substr(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+'), '^-?[0-9.]+') as double precision)))
        + cast('0' || regexp_substr(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+'), '[eE][+-]?([0-9]+)$', 1, 1, 'e') as bigint) * case when ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+') ~ '[eE]-' then -1 else 1 end >= 308 then null
    when log(abs(cast(regexp_substr(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+'), '^-?[0-9.]+') as double precision)))
        + cast('0' || regexp_substr(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+'), '[eE][+-]?([0-9]+)$', 1, 1, 'e') as bigint) * case when ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+') ~ '[eE]-' then -1 else 1 end < -307 then 0
    else cast(ltrim(replace(btrim(btrim($value, $spaces), chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '), '_', ''), '+') as double precision)
end
