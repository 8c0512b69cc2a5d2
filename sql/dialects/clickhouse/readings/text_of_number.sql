-- A number as DuckDB writes it: floating point keeps its point, up to 16 digits before it.
toNullable(if(
    startsWith(toTypeName($value), 'Float') or startsWith(toTypeName($value), 'Nullable(Float'),
    multiIf(
        not isFinite(toFloat64($value)), toString($value),
        toFloat64($value) = trunc(toFloat64($value)) and abs(toFloat64($value)) < 1e16, concat(toString($value), '.0'),
        toString($value)
    ),
    toString($value)
))
