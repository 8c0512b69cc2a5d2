-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too large for a double is none.
transform(
    array(regexp_replace(cast($value as string), '^[\\p{Zs}\\s\\x0B]+|[\\p{Zs}\\s\\x0B]+$', '')),
    digits -> case
        when length(digits) <= 300 and digits rlike
            '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?\\z'
            and abs(try_cast(regexp_replace(digits, '^[+]|_', '') as double)) < double('Infinity')
            then try_cast(regexp_replace(digits, '^[+]|_', '') as double)
    end
)[0]
