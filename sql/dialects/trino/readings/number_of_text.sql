-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too large for a double is none.
element_at(transform(
    array[regexp_replace(cast($value as varchar), '^[\p{Zs}\s]+|[\p{Zs}\s]+$', '')],
    digits -> case
        when length(digits) <= 300 and regexp_like(
            digits, '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?\z'
        ) and abs(try_cast(regexp_replace(digits, '^[+]|_', '') as double)) < 1e308
            then try_cast(regexp_replace(digits, '^[+]|_', '') as double)
    end
), 1)
