-- A statement with all that it stands on.
-- `half_away` rounds to a whole number half away from zero, as DuckDB does, what is none below it. It has 256 bits, so that no sum
-- of such overflows, and is made of two halves, for a cast of a large double is not exact.
with
    finite -> toInt256(toInt64(trunc(finite / 9007199254740992))) * 9007199254740992
        + toInt64(finite - trunc(finite / 9007199254740992) * 9007199254740992) as long_number,
    value -> if(isFinite(value), long_number(if(isFinite(value), value, 0)), null) as long_of,
    value -> long_of(trunc(value) + if(value - trunc(value) >= 0.5, 1, 0)) as half_away,
    $parts
$text
