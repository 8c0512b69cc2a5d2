-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too large for a double is none.
case
    when length($value) <= 300 and regexp_like(
        trim($value, concat($spaces, chr(9), chr(10), chr(11), chr(12), chr(13))),
        '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?$'
    ) and abs(try_to_double(regexp_replace(trim($value, concat($spaces, chr(9), chr(10), chr(11), chr(12), chr(13))), '^[+]|_', ''))) < 1e308
        then try_to_double(regexp_replace(trim($value, concat($spaces, chr(9), chr(10), chr(11), chr(12), chr(13))), '^[+]|_', ''))
end
