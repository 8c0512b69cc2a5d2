-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too large for a double is none.
case
    when length($value) <= 300 and regexp_contains(
        regexp_replace($value, r'^[\p{Zs}\s\v]+|[\p{Zs}\s\v]+$', ''),
        r'^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?\z'
    ) and abs(safe_cast(regexp_replace($value, r'[\p{Zs}\s\v+_]', '') as float64)) < 1e308
        then safe_cast(regexp_replace($value, r'[\p{Zs}\s\v_]|^[\p{Zs}\s\v]*[+]', '') as float64)
end
