-- A UUID as it is written.
toNullable(toString($value))
