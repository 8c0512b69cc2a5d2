-- Digits in text count; signs, underscores and spaces around as DuckDB takes them. What is too large for a double is none.
arrayElement(arrayMap(
    digits -> if(
        match(digits, '^[+]?-?([0-9]+(_[0-9]+)*([.]([0-9]+(_[0-9]+)*)?)?|[.][0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?$')
            and length(digits) <= 300,
        arrayElement(arrayMap(
            read -> if(isFinite(read), read, null),
            [toFloat64OrNull(replaceRegexpOne(replaceAll(digits, '_', ''), '^[+]', ''))]
        ), 1),
        null
    ),
    [replaceRegexpAll(ifNull(toString($value), ''), '^[\\p{Zs}\\s\\v]+|[\\p{Zs}\\s\\v]+$', '')]
), 1)
