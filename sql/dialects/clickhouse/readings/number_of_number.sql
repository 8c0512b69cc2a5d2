-- A number in floating point of double precision.
toNullable(toFloat64($value))
