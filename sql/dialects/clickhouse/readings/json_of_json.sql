-- JSON as text.
toNullable(toString($value))
