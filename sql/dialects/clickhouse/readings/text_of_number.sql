-- A number as DuckDB writes it.
-- Floating point keeps its point, up to 16 digits before it, and an exponent its sign and two digits; a decimal keeps its zeros.
toNullable(multiIf(
    match(toTypeName($value), 'Decimal'),
        toDecimalString($value, toUInt8OrZero(extract(toTypeName($value), 'Decimal[(][0-9]+, ([0-9]+)'))),
    not match(toTypeName($value), 'Float') or not isFinite(toFloat64($value)), toString($value),
    toFloat64($value) = trunc(toFloat64($value)) and abs(toFloat64($value)) < 1e16, concat(toString($value), '.0'),
    replaceRegexpOne(replaceRegexpOne(toString($value), 'e([0-9])', 'e+\\1'), 'e([-+])([0-9])$', 'e\\10\\2')
))
